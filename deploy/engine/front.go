package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// How long the door's last callers may take, and how often we look.
const (
	doorPatience = time.Second
	doorPoll     = 2 * time.Millisecond
)

// front keeps the address of the gateway for as long as the process lives. Engines
// come and go behind it: whoever calls while one ends, or while there is none, is
// answered by the door or waits a moment, and is never refused.
type front struct {
	mu      sync.Mutex
	inner   net.Listener  // nil before the first listen and after close
	address net.Addr      // of inner
	place   *stand        // who gets the callers now; nil: nobody, they wait
	changed chan struct{} // closed when place changes
	done    sync.WaitGroup

	door       closedDoor
	doorServer *http.Server // nil: the door is closed
	callers    atomic.Int64 // at the door
}

func newFront() *front { return &front{changed: make(chan struct{})} }

// stand is the address as one server has it: a listener whose Close leaves the
// address open.
type stand struct {
	front   *front
	address net.Addr
	door    bool
	conns   chan net.Conn
	left    chan struct{}
	once    sync.Once
}

// listen gives the address, bound by the first call, to the caller alone, and takes
// it from who had it. A port 0 stays what it became.
func (f *front) listen(ctx context.Context, address string, door bool) (net.Listener, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.inner == nil {
		inner, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		f.inner, f.address = inner, inner.Addr()
		f.done.Go(func() { f.accept(inner) })
	}
	p := &stand{front: f, address: f.address, door: door, conns: make(chan net.Conn), left: make(chan struct{})}
	f.handLocked(p)
	return p, nil
}

func (f *front) handLocked(p *stand) {
	f.place = p
	close(f.changed)
	f.changed = make(chan struct{})
}

// accept hands callers over until the address is closed.
func (f *front) accept(inner net.Listener) {
	for {
		conn, err := inner.Accept()
		switch {
		case err == nil:
			f.hand(conn)
		case errors.Is(err, net.ErrClosed):
			return
		default: // no file descriptor left, or the caller is gone
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func (f *front) hand(conn net.Conn) {
	for {
		f.mu.Lock()
		p, changed, ended := f.place, f.changed, f.inner == nil
		f.mu.Unlock()
		if ended {
			_ = conn.Close() // the process ends
			return
		}
		if p == nil {
			<-changed
			continue
		}
		given := conn
		if p.door {
			given = f.atDoor(conn)
		}
		select {
		case p.conns <- given:
			return
		case <-p.left:
			f.leave(p)
		case <-changed:
		}
		if c, ok := given.(*caller); ok {
			c.leave() // not taken
		}
	}
}

// leave forgets a place that was closed, if it is still the present one.
func (f *front) leave(p *stand) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.place == p {
		f.handLocked(nil)
	}
}

// Accept implements net.Listener.
func (p *stand) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.left:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; the address stays.
func (p *stand) Close() error {
	p.once.Do(func() {
		close(p.left)
		p.front.leave(p)
	})
	return nil
}

// Addr implements net.Listener.
func (p *stand) Addr() net.Addr { return p.address }

// shut answers at the address with 503 from now on, until the next listen. It takes
// the callers from a gateway that ends and may have to wait for its requests.
func (f *front) shut(ctx context.Context, address string) error {
	f.mu.Lock()
	open := f.doorServer != nil
	f.mu.Unlock()
	if open {
		return nil
	}
	listener, err := f.listen(ctx, address, true)
	if err != nil {
		return fmt.Errorf("wait for the database: %w", err)
	}
	f.door.say("")
	server := f.door.server()
	f.mu.Lock()
	f.doorServer = server
	f.mu.Unlock()
	f.done.Go(func() { _ = server.Serve(listener) }) // ends when it is closed
	return nil
}

// enter gives the address to an engine, and ends the door once it has answered.
func (f *front) enter(ctx context.Context, address string) (net.Listener, error) {
	listener, err := f.listen(ctx, address, false)
	if err == nil {
		f.endDoor()
	}
	return listener, err
}

func (f *front) endDoor() {
	f.mu.Lock()
	server := f.doorServer
	f.doorServer = nil
	f.mu.Unlock()
	if server == nil {
		return
	}
	// Shutdown would cut off whoever has come and not spoken so far. Nobody comes
	// any more, and nobody is kept.
	for range doorPatience / doorPoll {
		if f.callers.Load() == 0 {
			break
		}
		time.Sleep(doorPoll)
	}
	_ = server.Close()
}

// caller is a connection at the door, counted from its coming to its going.
type caller struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *caller) Close() error {
	c.leave()
	return c.Conn.Close()
}

func (f *front) atDoor(conn net.Conn) net.Conn {
	f.callers.Add(1)
	return &caller{conn, sync.OnceFunc(func() { f.callers.Add(-1) })}
}

// close gives the address up.
func (f *front) close() {
	f.endDoor()
	f.mu.Lock()
	inner := f.inner
	f.inner = nil
	f.handLocked(nil)
	f.mu.Unlock()
	if inner != nil {
		_ = inner.Close()
	}
	f.done.Wait()
}
