package browser

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// cable is the network between a browser and the engine: it can be cut, and it
// can fall silent.
type cable struct {
	url string

	mu     sync.Mutex
	target string
	isCut  bool
	mute   bool
	lost   int // connections that began in silence
	ends   map[net.Conn]struct{}
}

// newCable leads to the engine at an address.
func newCable(t *testing.T, engine string) *cable {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{url: "http://" + listener.Addr().String(), target: strings.TrimPrefix(engine, "http://"), ends: map[net.Conn]struct{}{}}
	var carrying sync.WaitGroup
	carrying.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			carrying.Go(func() { c.carry(near) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		c.cut()
		carrying.Wait()
	})
	return c
}

// carry copies both ways until one end closes.
func (c *cable) carry(near net.Conn) {
	defer near.Close()
	if c.silent() {
		c.mu.Lock()
		c.lost++
		c.mu.Unlock()
		if c.hold(near) {
			_, _ = io.Copy(io.Discard, near)
		}
		c.release(near)
		return
	}
	far, err := net.Dial("tcp", c.end())
	if err != nil {
		return
	}
	defer far.Close()
	if !c.hold(near, far) {
		return
	}
	defer c.release(near, far)
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(&silence{cable: c, to: near}, far)
		_ = near.Close()
	})
	_, _ = io.Copy(&silence{cable: c, to: far}, near)
	_ = far.Close()
	back.Wait()
}

func (c *cable) hold(ends ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range ends {
		c.ends[end] = struct{}{}
	}
	return !c.isCut
}

func (c *cable) release(ends ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range ends {
		delete(c.ends, end)
	}
}

// lead makes new connections go to another engine.
func (c *cable) lead(engine string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.target = strings.TrimPrefix(engine, "http://")
}

func (c *cable) end() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.target
}

// cut ends every connection and lets none begin.
func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = true
	for end := range c.ends {
		_ = end.Close()
	}
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = false
}

// hush makes every connection, and those that begin from now on, silent for ever
// without ending it: as when the other machine stops. Those that begin after
// speak again.
func (c *cable) hush(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mute = on
}

// unheard counts the connections that began in silence.
func (c *cable) unheard() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lost
}

func (c *cable) silent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mute
}

// silence swallows everything once its cable was silent.
type silence struct {
	cable *cable
	to    io.Writer
	fell  bool
}

func (s *silence) Write(p []byte) (int, error) {
	if s.fell = s.fell || s.cable.silent(); s.fell {
		return len(p), nil
	}
	return s.to.Write(p)
}
