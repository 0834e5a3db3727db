package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcpeer "google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// admit lets only members of this cluster open a stream, and only our envelope
// through it.
func (n *network) admit(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if !n.token.Shown(ss.Context()) {
		n.refused(ss.Context(), "no token of this cluster: another PROSA_SECRET_KEY, or a stranger")
		return status.Error(codes.Unauthenticated, "no member of this cluster")
	}
	return handler(srv, &wireStream{ServerStream: ss, n: n})
}

// refused tells of streams that were turned away, once a second at most.
func (n *network) refused(ctx context.Context, why string) {
	n.m.metrics.turnedAway()
	now, last := int64(n.m.lease.now()), n.refusals.Load()
	if last != 0 && now-last < int64(time.Second) || !n.refusals.CompareAndSwap(last, now) {
		return
	}
	from := "unknown"
	if p, ok := grpcpeer.FromContext(ctx); ok {
		from = p.Addr.String()
	}
	n.m.log.Warn("stream to this member refused", "from", from, "why", why)
}

// refuseCall refuses what the remoting library offers besides its one stream:
// it would list the processes of this member, and in fact panics.
func refuseCall(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
	return nil, status.Error(codes.Unimplemented, "members exchange messages only")
}

// wireStream passes envelopes for the router, and nothing else. The library would
// hand a PoisonPill, a Stop or a Watch to any actor that a peer names.
type wireStream struct {
	grpc.ServerStream
	n *network
}

// RecvMsg implements grpc.ServerStream. Its error ends the stream.
func (s *wireStream) RecvMsg(msg any) error {
	if err := s.ServerStream.RecvMsg(msg); err != nil {
		return err
	}
	m, ok := msg.(*remote.RemoteMessage)
	if !ok {
		return status.Error(codes.InvalidArgument, "malformed message")
	}
	if err := checkRemote(m); err != nil {
		s.n.refused(s.Context(), err.Error())
		return status.Error(codes.PermissionDenied, err.Error())
	}
	return nil
}

// wireType is the name of the one type that travels between members.
const wireType = "prosa.wire.v1.Wire"

var errNotWire = errors.New("only envelopes for the router are taken")

// checkRemote says why a message of the remoting protocol is not taken.
func checkRemote(m *remote.RemoteMessage) error {
	switch t := m.MessageType.(type) {
	case *remote.RemoteMessage_ConnectRequest:
		return nil
	case *remote.RemoteMessage_MessageBatch:
		return checkBatch(t.MessageBatch)
	}
	return fmt.Errorf("%T: %w", m.MessageType, errNotWire)
}

func checkBatch(b *remote.MessageBatch) error {
	for _, name := range b.TypeNames {
		if name != wireType {
			return fmt.Errorf("type %q: %w", name, errNotWire)
		}
	}
	for _, target := range b.Targets {
		if target.GetId() != routerName {
			return fmt.Errorf("target %q: %w", target.GetId(), errNotWire)
		}
	}
	for _, e := range b.Envelopes {
		// Serializer 0 is protobuf, the only one that we write.
		if e.SerializerId != 0 || e.Sender != 0 ||
			e.TypeId < 0 || int(e.TypeId) >= len(b.TypeNames) || e.Target < 0 || int(e.Target) >= len(b.Targets) {
			return fmt.Errorf("envelope out of shape: %w", errNotWire)
		}
	}
	return nil
}

// inside says whether an address is one of a machine or of a private network. The
// shared addresses of carriers (RFC 6598) count: clusters use them as the others.
func inside(ip netip.Addr) bool {
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10)
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || shared.Contains(ip)
}

// CheckListen says whether a member may listen on an address: with certificates
// anywhere, without only on loopback or on a named address of a private network.
// There the members' token travels readable, and so do the messages.
func CheckListen(ctx context.Context, listen string, certificates bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("%q: give host:port, such as 10.0.0.5:8090", listen)
	}
	if certificates {
		return nil
	}
	const remedy = "give an address of this machine in a private network (10.0.0.5:8090), or certificates"
	if host == "" {
		return fmt.Errorf("%q listens to every network, without certificates: %s", listen, remedy)
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return fmt.Errorf("%q is no address of this machine: %w", host, err)
	}
	for _, ip := range addresses {
		ip = ip.Unmap()
		switch {
		case ip.IsUnspecified():
			return fmt.Errorf("%q listens to every network, without certificates: %s", listen, remedy)
		case !inside(ip):
			return fmt.Errorf("%q is in no private network, and there are no certificates: %s", listen, remedy)
		}
	}
	return nil
}
