package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

const (
	wireHeaders = 8 << 10 // of an answer, at most
	wireTime    = 30 * time.Second
)

var (
	errBadAnswer = errors.New("answer is not HTTP/1.1")
	errHeaders   = errors.New("headers of the answer are too long")
)

// wire is one keep-alive HTTP/1.1 connection that sends finished requests and
// reads no more of an answer than it must: the status and how long it is. One
// request is under way at a time. It dials when it has to.
type wire struct {
	addr string
	conn net.Conn
	in   []byte // the answer, as far as it was read
}

func newWire(addr string) *wire { return &wire{addr: addr, in: make([]byte, wireHeaders)} }

// roundTrip sends a request and returns the status of its answer. After an error
// the outcome is unknown and the connection gone.
func (w *wire) roundTrip(ctx context.Context, request []byte) (int, error) {
	if err := w.send(ctx, request); err != nil {
		return 0, err
	}
	status, err := w.receive()
	if err != nil {
		w.close()
		return 0, fmt.Errorf("read answer: %w", err)
	}
	return status, nil
}

func (w *wire) send(ctx context.Context, request []byte) error {
	if w.conn == nil {
		conn, err := (&net.Dialer{Timeout: wireTime}).DialContext(ctx, "tcp", w.addr)
		if err != nil {
			return fmt.Errorf("dial: %w", err)
		}
		w.conn = conn
	}
	if err := w.conn.SetDeadline(time.Now().Add(wireTime)); err != nil {
		w.close()
		return fmt.Errorf("set deadline: %w", err)
	}
	if _, err := w.conn.Write(request); err != nil {
		w.close()
		return fmt.Errorf("send request: %w", err)
	}
	return nil
}

func (w *wire) close() {
	if w.conn != nil {
		_ = w.conn.Close()
		w.conn = nil
	}
}

// receive reads one answer. Without a length the end of it is not known: the
// connection is given up, the status counts.
func (w *wire) receive() (int, error) {
	have, end := 0, -1
	for end < 0 {
		if have == len(w.in) {
			return 0, errHeaders
		}
		n, err := w.conn.Read(w.in[have:])
		if err != nil {
			return 0, err
		}
		from := max(0, have-3)
		have += n
		if at := bytes.Index(w.in[from:have], []byte("\r\n\r\n")); at >= 0 {
			end = from + at + 4
		}
	}
	a, err := parseAnswer(w.in[:end])
	if err != nil {
		return 0, err
	}
	if err := w.skip(a.length - (have - end)); err != nil {
		return 0, err
	}
	if a.close || a.length < 0 || have-end > max(0, a.length) {
		w.close()
	}
	return a.status, nil
}

// skip reads on to the end of the body; what was read is of no use.
func (w *wire) skip(left int) error {
	for left > 0 {
		n, err := w.conn.Read(w.in[:min(left, len(w.in))])
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// answer is what matters of an answer's head. Length is -1 when it is not told.
type answer struct {
	status int
	length int
	close  bool
}

func parseAnswer(head []byte) (answer, error) {
	line, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return answer{}, errBadAnswer
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return answer{}, errBadAnswer
	}
	a := answer{status: status, length: -1}
	if status == 204 || status == 304 {
		a.length = 0
	}
	for len(rest) > 2 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if a.length, err = strconv.Atoi(string(value)); err != nil || a.length < 0 {
				return answer{}, errBadAnswer
			}
		case bytes.EqualFold(name, []byte("Connection")) && bytes.EqualFold(value, []byte("close")):
			a.close = true
		}
	}
	return a, nil
}
