package io.gamay.quickstart.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Believable ride-hailing trips. Trip n is a function of the seed, n and its time, so any trip can
 * be made again. Texts are plain ASCII without quotes.
 *
 * @param seed the world: another seed, other trips
 */
record TripGenerator(long seed) {
  /** A city with its share of all trips and its prices. */
  private record City(String name, int share, double baseFare, double farePerKm) {}

  /** A vehicle with its share of all trips and its price factor. */
  private record Vehicle(String name, int share, double fareFactor) {}

  private static final List<City> CITIES =
      List.of(
          new City("Sao Paulo", 26, 1.20, 0.55),
          new City("Mumbai", 22, 0.60, 0.30),
          new City("London", 16, 3.80, 1.90),
          new City("Chicago", 14, 3.00, 1.35),
          new City("Lisbon", 8, 2.00, 0.80),
          new City("Nairobi", 8, 0.90, 0.40),
          new City("Copenhagen", 6, 4.50, 2.10));

  private static final List<Vehicle> VEHICLES =
      List.of(
          new Vehicle("standard", 58, 1.0),
          new Vehicle("comfort", 18, 1.35),
          new Vehicle("electric", 14, 1.1),
          new Vehicle("van", 7, 1.7),
          new Vehicle("bike", 3, 0.5));

  private static final List<String> TAGS =
      List.of("airport", "surge", "shared", "night", "pet", "luggage", "business", "promo");

  /** The trip with this number, which happened at this time. */
  Trip trip(long sequence, long eventTimeMillis) {
    var random = new SplittableRandom(seed ^ (sequence * 0x9E3779B97F4A7C15L));
    City city = city(random);
    Vehicle vehicle = vehicle(random);
    String status = status(random);
    List<String> tags = tags(random);
    double distanceKm = hundredths(0.6 + Math.exp(1.35 + 0.7 * random.nextGaussian()));
    double fare =
        (city.baseFare() + city.farePerKm() * distanceKm)
            * vehicle.fareFactor()
            * (tags.contains("surge") ? 1.6 : 1.0)
            * random.nextDouble(0.95, 1.1);
    return new Trip(
        "t" + Long.toString(Math.abs(random.nextLong() >>> 24), 36) + "-" + sequence,
        sequence,
        city.name(),
        vehicle.name(),
        status,
        status.equals("completed") ? hundredths(fare) : status.equals("no_show") ? 3.0 : 0.0,
        status.equals("completed") ? distanceKm : 0.0,
        status.equals("completed") ? rating(random) : OptionalInt.empty(),
        tags,
        eventTimeMillis);
  }

  private static City city(RandomGenerator random) {
    int draw = random.nextInt(CITIES.stream().mapToInt(City::share).sum());
    for (City city : CITIES) {
      draw -= city.share();
      if (draw < 0) {
        return city;
      }
    }
    throw new IllegalStateException("shares do not add up");
  }

  private static Vehicle vehicle(RandomGenerator random) {
    int draw = random.nextInt(VEHICLES.stream().mapToInt(Vehicle::share).sum());
    for (Vehicle vehicle : VEHICLES) {
      draw -= vehicle.share();
      if (draw < 0) {
        return vehicle;
      }
    }
    throw new IllegalStateException("shares do not add up");
  }

  private static String status(RandomGenerator random) {
    int draw = random.nextInt(100);
    return draw < 86
        ? "completed"
        : draw < 94 ? "cancelled_by_rider" : draw < 98 ? "cancelled_by_driver" : "no_show";
  }

  private static OptionalInt rating(RandomGenerator random) {
    if (random.nextInt(100) < 35) {
      return OptionalInt.empty();
    }
    int draw = random.nextInt(100);
    return OptionalInt.of(draw < 68 ? 5 : draw < 88 ? 4 : draw < 95 ? 3 : draw < 98 ? 2 : 1);
  }

  private static List<String> tags(RandomGenerator random) {
    int count = Math.max(0, random.nextInt(6) - 2);
    var tags = new ArrayList<String>(count);
    while (tags.size() < count) {
      String tag = TAGS.get(random.nextInt(TAGS.size()));
      if (!tags.contains(tag)) {
        tags.add(tag);
      }
    }
    return tags;
  }

  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
