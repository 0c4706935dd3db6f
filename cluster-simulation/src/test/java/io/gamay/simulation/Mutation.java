package io.gamay.simulation;

import io.gamay.broker.scatter.ServerClient;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.deepstore.DeepStore;
import io.gamay.ingest.commit.CommitReporter;

/** A bug planted into a cluster: a collaborator that does not do what it is there for. */
interface Mutation {

  /** No bug. */
  Mutation NONE = new Mutation() {};

  /** What a controller writes decisions through. */
  default MetadataStore decisions(MetadataStore store) {
    return store;
  }

  /** What a server reports through. */
  default CommitReporter reports(CommitReporter reporter) {
    return reporter;
  }

  /** What a server stores and fetches copies through. */
  default DeepStore copies(DeepStore store) {
    return store;
  }

  /** What a broker asks servers through. */
  default ServerClient questions(ServerClient client) {
    return client;
  }
}
