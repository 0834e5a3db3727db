package load

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

// idDigits is how a message's number stands at the end of its wamid.
const idDigits = 10

// traffic says who writes message n and to which number. Contact c always writes
// to number c modulo their count, so each is one conversation.
type traffic struct {
	tag     string // of the run: tells ids on one target apart
	numbers []string
	contact func(n int64) int64
}

// rounds has contacts write in turn.
func rounds(contacts int) func(int64) int64 {
	return func(n int64) int64 { return n % int64(contacts) }
}

// number is the one that a contact writes to.
func (t *traffic) number(contact int64) string { return t.numbers[contact%int64(len(t.numbers))] }

// prefix is what the wamids of this traffic begin with. They look like Meta's,
// 54 characters.
func (t *traffic) prefix() string {
	const looks = "wamid.HBgMNDkxNTUwMTAwMjAwFQIAEhggQUM1RkE3NDQ5MkNE"
	return looks[:54-idDigits-len(t.tag)] + t.tag
}

// phone is a contact's wa_id, of a country without spelling variants.
func phone(contact int64) string { return string(appendPadded([]byte("4915"), contact, 9)) }

// bsuid is a contact's business-scoped user id.
func bsuid(contact int64) string { return string(appendPadded([]byte("DE."), contact, 17)) }

// appendPadded appends n with leading zeros.
func appendPadded(b []byte, n int64, width int) []byte {
	var digits [20]byte
	for i := width - 1; i >= 0; i-- {
		digits[i] = '0' + byte(n%10)
		n /= 10
	}
	return append(b, digits[:width]...)
}

// letter writes the POSTs of one connection into buffers that it uses again. Not
// safe for concurrent use.
type letter struct {
	traffic *traffic
	prefix  string
	mac     hash.Hash
	head    []byte // request line and headers up to the signature's value
	body    []byte
	request []byte
	sum     [sha256.Size]byte
}

func newLetter(t *traffic, secret, host, path string) *letter {
	return &letter{
		traffic: t, prefix: t.prefix(), mac: hmac.New(sha256.New, []byte(secret)),
		head: []byte("POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: facebookexternalua\r\n" +
			"Content-Type: application/json\r\n" + signature.Header + ": sha256="),
	}
}

// write returns a whole signed request with messages first to first+count-1,
// sent at this time. It is valid until the next call.
func (l *letter) write(first int64, count int, at time.Time) []byte {
	l.writeBody(first, count, at)
	l.mac.Reset()
	l.mac.Write(l.body)
	sum := l.mac.Sum(l.sum[:0])
	l.request = append(l.request[:0], l.head...)
	l.request = hex.AppendEncode(l.request, sum)
	l.request = append(l.request, "\r\nContent-Length: "...)
	l.request = strconv.AppendInt(l.request, int64(len(l.body)), 10)
	l.request = append(l.request, "\r\n\r\n"...)
	l.request = append(l.request, l.body...)
	return l.request
}

// writeBody follows Meta's webhook for a text message, 2026: both addresses of
// the person, one entry for each message.
func (l *letter) writeBody(first int64, count int, at time.Time) {
	b := append(l.body[:0], `{"object":"whatsapp_business_account","entry":[`...)
	for n := first; n < first+int64(count); n++ {
		if n > first {
			b = append(b, ',')
		}
		b = l.appendEntry(b, n, at.Unix())
	}
	l.body = append(b, "]}"...)
}

func (l *letter) appendEntry(b []byte, n, at int64) []byte {
	contact := l.traffic.contact(n)
	b = append(b, `{"id":"210987654321001","changes":[{"value":{"messaging_product":"whatsapp",`+
		`"metadata":{"display_phone_number":"4915550100200","phone_number_id":"`...)
	b = append(b, l.traffic.number(contact)...)
	b = append(b, `"},"contacts":[{"profile":{"name":"Contact `...)
	b = strconv.AppendInt(b, contact, 10)
	b = append(b, `"},"wa_id":"4915`...)
	b = appendPadded(b, contact, 9)
	b = append(b, `","user_id":"DE.`...)
	b = appendPadded(b, contact, 17)
	b = append(b, `"}],"messages":[{"from":"4915`...)
	b = appendPadded(b, contact, 9)
	b = append(b, `","from_user_id":"DE.`...)
	b = appendPadded(b, contact, 17)
	b = append(b, `","id":"`...)
	b = append(b, l.prefix...)
	b = appendPadded(b, n, idDigits)
	b = append(b, `","timestamp":"`...)
	b = strconv.AppendInt(b, at, 10)
	b = append(b, `","type":"text","text":{"body":"Is the table for Saturday still free? We are `...)
	b = strconv.AppendInt(b, n%9+2, 10)
	return append(b, ` people."}}]},"field":"messages"}]}`...)
}
