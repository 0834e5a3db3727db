package webhook

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/gateway/rest"
)

// Bodies are read before anybody knows whether they are Meta's. What strangers
// can make this process hold, and for how long, is bounded here.
const (
	// pieceSize is what is read at a time of a long body. Nearly all of Meta's bodies
	// fit in one piece; a longer one counts as large.
	pieceSize = 64 << 10
	// firstStep is what a body gets with its first byte, whatever length it
	// declares; then four times as much when that is full. Nearly all end there.
	firstStep = 4 << 10
	// webhookPieceTime is how long one piece may take: a sender that is slower
	// than 21 KB a second is cut.
	webhookPieceTime = 3 * time.Second
	// webhookReadTime bounds the whole body, webhookStoreTime a slow store: Meta
	// waits some seconds and then sends again.
	webhookReadTime  = 10 * time.Second
	webhookStoreTime = 4 * time.Second

	webhookBudget = 64 << 20
)

// errNoRoom says that too many bytes of bodies are in flight.
var errNoRoom = errors.New("too many bytes of webhooks in flight")

// bodyBudget counts the bytes of bodies that are being read or stored. A quarter
// of it is for small bodies alone, and one address gets no more than a quarter for
// large ones and a half in all, so that nobody keeps Meta out with a few connections.
// A body's signature is not known before its last byte.
type bodyBudget struct {
	max int64

	mu     sync.Mutex
	held   int64
	large  int64
	byAddr map[string]*share // an entry exists while it holds some
}

// share is what one address holds.
type share struct{ all, large int64 }

func newBodyBudget(max int64) *bodyBudget {
	return &bodyBudget{max: max, byAddr: make(map[string]*share)}
}

// take reserves n bytes on behalf of an address.
func (b *bodyBudget) take(n int64, large bool, addr string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	has := b.byAddr[addr]
	if has == nil {
		has = &share{}
	}
	switch {
	case b.held+n > b.max, has.all+n > b.max/2:
		return false
	case large && (b.large+n > b.max/4*3 || has.large+n > b.max/4):
		return false
	case n == 0:
		return true
	}
	b.byAddr[addr] = has
	b.held, has.all = b.held+n, has.all+n
	if large {
		b.large, has.large = b.large+n, has.large+n
	}
	return true
}

func (b *bodyBudget) give(n int64, large bool, addr string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	has := b.byAddr[addr]
	if n == 0 || has == nil {
		return
	}
	b.held, has.all = b.held-n, has.all-n
	if large {
		b.large, has.large = b.large-n, has.large-n
	}
	if has.all == 0 {
		delete(b.byAddr, addr)
	}
}

// inFlight is how many bytes are reserved.
func (b *bodyBudget) inFlight() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held
}

// incoming is one body on its way in.
type incoming struct {
	hook   *Hook
	body   io.Reader
	verify *signature.Verification
	addr   string
	slow   func(time.Time) error // moves the deadline of the connection

	small, large int64 // reserved
	deadline     time.Time
}

// read takes the body into memory of its own. What is not signed leaves nothing
// behind: its pieces are used again.
func (h *Hook) read(w http.ResponseWriter, r *http.Request, verify *signature.Verification) (body []byte, release func(), code int) {
	if r.ContentLength > h.cfg.MaxBody {
		return nil, nil, http.StatusRequestEntityTooLarge
	}
	in := &incoming{
		hook: h, body: http.MaxBytesReader(w, r.Body, h.cfg.MaxBody), verify: verify, addr: rest.NewCallers(h.cfg.Proxies).Address(r),
		slow: http.NewResponseController(w).SetReadDeadline, deadline: time.Now().Add(webhookReadTime),
	}
	var err error
	if r.ContentLength >= 0 && r.ContentLength <= pieceSize {
		body, err = in.whole(r.ContentLength)
	} else {
		body, err = in.pieces(r.ContentLength > pieceSize)
	}
	if err != nil {
		in.release()
		return nil, nil, readCode(err)
	}
	return body, in.release, http.StatusOK
}

func (in *incoming) release() {
	in.hook.budget.give(in.small, false, in.addr)
	in.hook.budget.give(in.large, true, in.addr)
}

// whole reads a small body of known length. Room is made for it as it comes: a
// connection that declares much and sends nothing holds nothing.
func (in *incoming) whole(length int64) ([]byte, error) {
	if length == 0 {
		return []byte{}, nil
	}
	in.allow()
	body, err := in.first()
	for step := min(length, firstStep); err == nil; step = min(length, 4*step) {
		if !in.hook.budget.take(step-in.small, false, in.addr) {
			return nil, errNoRoom
		}
		in.small = step
		have := int64(len(body))
		body = append(make([]byte, 0, step), body...)[:step]
		var n int
		if n, err = in.fill(body[have:]); have+int64(n) == length {
			_, _ = in.verify.Write(body) // never fails
			return body, nil
		}
	}
	return nil, errors.Join(io.ErrUnexpectedEOF, err)
}

// first waits for the first byte of what is to be given room.
func (in *incoming) first() ([]byte, error) {
	var one [1]byte
	if n, err := in.fill(one[:]); n == 0 {
		return nil, err
	}
	return one[:], nil
}

// pieces reads a body that is long, or that does not say how long it is; that
// one counts as large from its second piece on.
func (in *incoming) pieces(large bool) ([]byte, error) {
	var list []*[pieceSize]byte
	defer func() {
		for _, piece := range list {
			in.hook.spare.Put(piece)
		}
	}()
	length := 0
	for {
		in.allow()
		first, err := in.first()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := in.reserve(large || len(list) > 0); err != nil {
			return nil, err
		}
		piece, _ := in.hook.spare.Get().(*[pieceSize]byte) // New makes no other
		list = append(list, piece)
		n, err := in.fill(piece[copy(piece[:], first):])
		n += len(first)
		_, _ = in.verify.Write(piece[:n]) // never fails
		length += n
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if !in.verify.Holds() {
		return nil, nil // not worth a copy
	}
	body := make([]byte, 0, length)
	for _, piece := range list {
		body = append(body, piece[:min(pieceSize, length-len(body))]...)
	}
	return body, nil
}

// reserve makes room for one more piece.
func (in *incoming) reserve(large bool) error {
	if !in.hook.budget.take(pieceSize, large, in.addr) {
		return errNoRoom
	}
	if large {
		in.large += pieceSize
	} else {
		in.small += pieceSize
	}
	return nil
}

// allow gives the sender his time for one more piece.
func (in *incoming) allow() {
	until := time.Now().Add(webhookPieceTime)
	if until.After(in.deadline) {
		until = in.deadline
	}
	_ = in.slow(until) // servers of tests may not know deadlines; the server's own still holds
}

// fill reads until the piece is full or the body ends, which is io.EOF.
func (in *incoming) fill(piece []byte) (n int, err error) {
	for n < len(piece) && err == nil {
		var read int
		read, err = in.body.Read(piece[n:])
		n += read
	}
	return n, err
}

func readCode(err error) int {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return http.StatusRequestEntityTooLarge
	}
	if errors.Is(err, errNoRoom) {
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}
