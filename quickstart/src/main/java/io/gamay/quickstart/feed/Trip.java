package io.gamay.quickstart.feed;

import java.util.List;
import java.util.OptionalInt;

/**
 * One finished or abandoned ride.
 *
 * @param sequence its place among all trips ever sent, from 1
 * @param fare in US dollars, whole cents; 0 when nobody rode
 * @param rating 1 to 5 stars, when the rider gave any
 */
record Trip(
    String tripId,
    long sequence,
    String city,
    String vehicle,
    String status,
    double fare,
    double distanceKm,
    OptionalInt rating,
    List<String> tags,
    long eventTimeMillis) {

  Trip {
    tags = List.copyOf(tags);
  }

  /** The trip as the JSON object that goes into the topic; what is missing is left out. */
  String json() {
    var json = new StringBuilder(256);
    json.append("{\"trip_id\":\"").append(tripId);
    json.append("\",\"sequence\":").append(sequence);
    json.append(",\"city\":\"").append(city);
    json.append("\",\"vehicle\":\"").append(vehicle);
    json.append("\",\"status\":\"").append(status);
    json.append("\",\"fare\":").append(fare);
    json.append(",\"distance_km\":").append(distanceKm);
    rating.ifPresent(stars -> json.append(",\"rating\":").append(stars));
    if (!tags.isEmpty()) {
      json.append(",\"tags\":[\"").append(String.join("\",\"", tags)).append("\"]");
    }
    json.append(",\"event_time\":").append(eventTimeMillis);
    return json.append('}').toString();
  }
}
