package io.gamay.broker.web;

/** The body of an answer to what is no query: the HTTP status again, and a sentence. */
record ErrorBody(int code, String error) {}
