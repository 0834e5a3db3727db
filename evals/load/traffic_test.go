package load

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

const testSecret = "secret of the tests"

func testTraffic(contacts int) *traffic {
	return &traffic{tag: "test", numbers: []string{"100", "200", "300000000000003"}, contact: rounds(contacts)}
}

// readRequest reads a request as a server would.
func readRequest(t *testing.T, request []byte) (*http.Request, []byte) {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, body
}

func TestLettersAreWebhooksOfMeta(t *testing.T) {
	t.Parallel()
	l := newLetter(testTraffic(50), testSecret, "localhost:80", webhookPath)
	at := time.Unix(1_795_000_000, 0)
	for _, count := range []int{1, 1, 7} { // twice: buffers are used again
		r, body := readRequest(t, l.write(48, count, at))
		if r.URL.Path != webhookPath || r.Host != "localhost:80" || r.ContentLength != int64(len(body)) {
			t.Errorf("request to %s %s, %d bytes", r.Host, r.URL, r.ContentLength)
		}
		if r.Header.Get(signature.Header) != signature.Sign(testSecret, body) {
			t.Error("the signature does not hold")
		}
		delivery, err := cloudapi.Parse(body)
		if err != nil || len(delivery.Events) != count {
			t.Fatalf("%d events, %v; want %d", len(delivery.Events), err, count)
		}
		for i, e := range delivery.Events {
			n := int64(48 + i)
			contact := n % 50
			if e.Kind != cloudapi.KindMessage || e.PhoneNumberID != wa.PhoneNumberID(l.traffic.number(contact)) {
				t.Fatalf("event %d: %s for %s", i, e.Kind, e.PhoneNumberID)
			}
			m := e.Message
			want := []wa.Alias{{Kind: wa.AliasBSUID, Value: bsuid(contact)}, {Kind: wa.AliasPhone, Value: phone(contact)}}
			if diff := cmp.Diff(want, m.From); diff != "" {
				t.Errorf("sender (-want +got):\n%s", diff)
			}
			if string(m.ID) != l.traffic.wamid(n) || len(m.ID) != 54 || !m.At.Equal(at) || m.Content.Kind != wa.KindText {
				t.Errorf("message %s at %v, %s", m.ID, m.At, m.Content.Kind)
			}
		}
	}
}

func TestIDsOfTwoTrafficsDiffer(t *testing.T) {
	t.Parallel()
	short, long := &traffic{tag: "a"}, &traffic{tag: "many0100000"}
	if a, b := short.wamid(1), long.wamid(1); a == b || len(a) != len(b) {
		t.Errorf("%q and %q", a, b)
	}
	if n, ok := numberIn([]byte(`{"id":"`+long.wamid(4711)+`"}`), []byte(long.prefix())); !ok || n != 4711 {
		t.Errorf("read back %d, %v", n, ok)
	}
	if _, ok := numberIn([]byte(`{"id":"`+long.wamid(4711)+`"}`), []byte(short.prefix())); ok {
		t.Error("found a message of another traffic")
	}
	if _, ok := numberIn([]byte(long.prefix()+"12x4567890"), []byte(long.prefix())); ok {
		t.Error("read a number that is none")
	}
}

func BenchmarkLetter(b *testing.B) {
	l := newLetter(testTraffic(100_000), testSecret, "localhost:80", webhookPath)
	at := time.Now()
	for i := range b.N {
		l.write(int64(i), 1, at)
	}
}

func (t *traffic) wamid(n int64) string { return string(appendPadded([]byte(t.prefix()), n, idDigits)) }
