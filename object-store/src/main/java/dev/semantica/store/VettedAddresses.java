package dev.semantica.store;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;

/** Resolves hosts' names to addresses that may be connected to. */
final class VettedAddresses implements DnsResolver {

    /** Looks names up. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** A host lies where nobody may be sent. */
    static final class RefusedException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private final boolean privateAddresses;
    private final Lookup lookup;

    VettedAddresses(boolean privateAddresses) {
        this(privateAddresses, InetAddress::getAllByName);
    }

    VettedAddresses(boolean privateAddresses, Lookup lookup) {
        this.privateAddresses = privateAddresses;
        this.lookup = lookup;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = lookup.resolve(host);
        if (!privateAddresses && !Arrays.stream(addresses).allMatch(VettedAddresses::isPublic)) {
            throw new RefusedException("the host lies at an address that is not public, and reference.private.addresses"
                    + " does not allow that");
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /**
     * Whether an address is one of the open internet: none of IANA's special-purpose ranges (RFC 6890 and its
     * registries), and no IPv6 address that stands for such an IPv4 address.
     */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] octets = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(octets) : isPublic6(octets);
    }

    private static boolean isPublic4(byte[] octets) {
        int first = octets[0] & 0xFF;
        int second = octets[1] & 0xFF;
        int third = octets[2] & 0xFF;
        boolean special = first == 0
                || first == 10
                || first == 127
                || first >= 224
                || (first == 100 && second >= 64 && second < 128)
                || (first == 169 && second == 254)
                || (first == 172 && second >= 16 && second < 32)
                || (first == 192 && second == 168)
                || (first == 192 && second == 0 && (third == 0 || third == 2))
                || (first == 192 && second == 88 && third == 99)
                || (first == 198 && (second == 18 || second == 19))
                || (first == 198 && second == 51 && third == 100)
                || (first == 203 && second == 0 && third == 113);
        return !special;
    }

    /** Global unicast is 2000::/3; of it 2001::/23, 2001:db8::/32, 2002::/16 and 3fff::/20 are not plain hosts. */
    private static boolean isPublic6(byte[] octets) {
        int first = (octets[0] & 0xFF) << 8 | (octets[1] & 0xFF);
        int second = (octets[2] & 0xFF) << 8 | (octets[3] & 0xFF);
        return first >>> 13 == 1
                && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
                && first != 0x2002
                && !(first == 0x3fff && second < 0x1000);
    }
}
