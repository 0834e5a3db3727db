package providertest

import (
	"context"
	"encoding/binary"
	"net"
	"strings"
	"sync"
	"testing"
)

// Names is a DNS server (RFC 1035, over UDP) that knows TXT records alone.
type Names struct {
	at net.PacketConn

	mu   sync.Mutex
	txt  map[string]string // by name
	down bool
}

// StartNames runs a DNS server until the test ends.
func StartNames(t testing.TB) *Names {
	t.Helper()
	at, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n, done := &Names{at: at, txt: map[string]string{}}, make(chan struct{})
	go func() {
		defer close(done)
		n.serve()
	}()
	t.Cleanup(func() { _ = at.Close(); <-done })
	return n
}

// Set gives a name its text; "" takes it away.
func (n *Names) Set(name, text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.txt[name] = text
}

// Down has every question fail.
func (n *Names) Down(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = down
}

// Resolver asks this server.
func (n *Names) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", n.at.LocalAddr().String())
	}}
}

func (n *Names) serve() {
	question := make([]byte, 1500)
	for {
		size, from, err := n.at.ReadFrom(question)
		if err != nil {
			return
		}
		if answer := n.answer(question[:size]); answer != nil {
			_, _ = n.at.WriteTo(answer, from) // who asks asks again
		}
	}
}

// answer is the header and the question once more, and the record if there is one.
func (n *Names) answer(question []byte) []byte {
	const header, noError, failure, noName = 12, 0, 2, 3
	if len(question) < header {
		return nil
	}
	var labels []string
	at := header
	for at < len(question) && question[at] != 0 {
		end := at + 1 + int(question[at])
		if end >= len(question) {
			return nil
		}
		labels = append(labels, string(question[at+1:end]))
		at = end
	}
	const behind = 5 // the root, type and class
	if at+behind > len(question) {
		return nil
	}
	n.mu.Lock()
	text, down := n.txt[strings.ToLower(strings.Join(labels, "."))], n.down
	n.mu.Unlock()
	answer := make([]byte, header, 512)
	copy(answer, question[:2]) // its id
	code, records := byte(noError), uint16(1)
	switch {
	case down:
		code, records = failure, 0
	case text == "":
		code, records = noName, 0
	}
	answer[2], answer[3] = 0x85, 0x80|code // an answer of authority, recursion asked for and there
	binary.BigEndian.PutUint16(answer[4:], 1)
	binary.BigEndian.PutUint16(answer[6:], records)
	answer = append(answer, question[header:at+behind]...)
	if records == 0 {
		return answer
	}
	answer = append(answer, 0xc0, header, 0, 16, 0, 1, 0, 0, 0, 0) // the name above, TXT, IN, to be kept for no time
	answer = binary.BigEndian.AppendUint16(answer, uint16(len(text)+1))
	return append(append(answer, byte(len(text))), text...)
}
