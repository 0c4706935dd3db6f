package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.segment.schema.DataType;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** IP addresses of both versions, and subnets written {@code address/length}. */
final class NetworkFunctions {

  private static final Parameter SUBNET = of("subnet", ParameterType.TEXT);

  private NetworkFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        function("IS_SUBNET_OF", FunctionGroup.NETWORK)
            .doc("Whether an address (or a smaller subnet) lies in a subnet.")
            .example("IS_SUBNET_OF('192.168.0.0/16', '192.168.3.7')", "true")
            .mayFail()
            .signature(
                DataType.BOOLEAN,
                _ ->
                    RowBodies.flags(
                        (a, r) ->
                            Subnet.parse("IS_SUBNET_OF", a[0].stringAt(r))
                                .holds(Subnet.parse("IS_SUBNET_OF", a[1].stringAt(r)))),
                SUBNET,
                of("address", ParameterType.TEXT))
            .build(),
        function("IP_PREFIX", FunctionGroup.NETWORK)
            .doc("The subnet with so many leading bits that an address lies in.")
            .example("IP_PREFIX('192.168.3.7', 16)", "192.168.0.0/16")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> {
                          Subnet address = Subnet.parse("IP_PREFIX", a[0].stringAt(r));
                          return address.first("IP_PREFIX", a[1].ints()[r]) + "/" + a[1].ints()[r];
                        }),
                of("address", ParameterType.TEXT),
                of("bits", ParameterType.INT))
            .build(),
        function("IP_SUBNET_MIN", FunctionGroup.NETWORK)
            .doc("The first address of a subnet.")
            .example("IP_SUBNET_MIN('192.168.3.7/16')", "192.168.0.0")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> {
                          Subnet subnet = Subnet.parse("IP_SUBNET_MIN", a[0].stringAt(r));
                          return subnet.first("IP_SUBNET_MIN", subnet.bits());
                        }),
                SUBNET)
            .build(),
        function("IP_SUBNET_MAX", FunctionGroup.NETWORK)
            .doc("The last address of a subnet.")
            .example("IP_SUBNET_MAX('192.168.3.7/16')", "192.168.255.255")
            .mayFail()
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> Subnet.parse("IP_SUBNET_MAX", a[0].stringAt(r)).last()),
                SUBNET)
            .build());
  }

  /**
   * An address with the number of its bits that name the subnet.
   *
   * @param width bits of an address: 32 or 128
   */
  private record Subnet(BigInteger address, int width, int bits) {

    static Subnet parse(String function, String text) {
      int slash = text.indexOf('/');
      String written = slash < 0 ? text : text.substring(0, slash);
      try {
        byte[] bytes = InetAddress.ofLiteral(written.strip()).getAddress();
        int width = bytes.length * Byte.SIZE;
        int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1).strip());
        if (bits >= 0 && bits <= width) {
          return new Subnet(new BigInteger(1, bytes), width, bits);
        }
      } catch (IllegalArgumentException _) {
        // Falls through: a text that is no address, or a length that is no number.
      }
      throw Failures.ofValue(function, "not an IP address or subnet", text);
    }

    boolean holds(Subnet other) {
      return width == other.width
          && bits <= other.bits
          && address.shiftRight(width - bits).equals(other.address.shiftRight(width - bits));
    }

    String first(String function, int leading) {
      if (leading < 0 || leading > width) {
        throw Failures.ofValue(function, "bits must be 0 to " + width, leading);
      }
      return text(address.shiftRight(width - leading).shiftLeft(width - leading));
    }

    String last() {
      BigInteger host = BigInteger.ONE.shiftLeft(width - bits).subtract(BigInteger.ONE);
      return text(address.or(host));
    }

    private String text(BigInteger number) {
      byte[] bytes = new byte[width / Byte.SIZE];
      byte[] digits = number.toByteArray();
      int length = Math.min(digits.length, bytes.length);
      System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
      try {
        return InetAddress.getByAddress(bytes).getHostAddress();
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address of a wrong length", e);
      }
    }
  }
}
