package simulator

import (
	"maps"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"github.com/prosa-chat/prosa/actors/wa"
)

// The socket pushes the newest state and never a queue of changes: a slow
// reader skips what lies between and holds nobody up.

const (
	socketWrite = 5 * time.Second
	frameGap    = 25 * time.Millisecond // changes within it share a frame
	bubbleLimit = 200                   // of a chat, on the page
)

// shownPhone is a phone with the number that it wrote with last.
type shownPhone struct {
	Phone
	Number wa.PhoneNumberID `json:"number,omitempty"`
}

// stateFrame is everything but chats. Callers hold the lock.
func (s *Simulator) stateFrame() object {
	numbers := []object{}
	for _, n := range s.numbers {
		if s.desk.Live(n.ID) {
			numbers = append(numbers, object{"id": n.ID, "name": n.Name, "display": n.Display})
		}
	}
	phones := make([]shownPhone, 0, len(s.phones))
	for _, p := range s.phones[:min(len(s.phones), bubbleLimit)] {
		phones = append(phones, shownPhone{*p, p.last})
	}
	return object{
		"type": "state", "now": s.Now(), "ahead": s.Ahead().Seconds(), "lasting": s.config.Lasting, "phones": phones, "numbers": numbers,
		"faults": maps.Clone(s.faults.Rates), "inbox": s.inbox,
	}
}

// chatFrame is one chat. Callers hold the lock.
func (s *Simulator) chatFrame(name chatName) object {
	bubbles := s.bubbles(name.Phone, name.Number)
	bubbles = bubbles[max(0, len(bubbles)-bubbleLimit):]
	if bubbles == nil {
		bubbles = []Bubble{}
	}
	frame := object{"type": "chat", "phone": name.Phone, "number": name.Number, "bubbles": bubbles}
	if c := s.knownChat(name); c != nil {
		if !c.lastInbound.IsZero() {
			frame["window_closes_at"] = c.lastInbound.Add(serviceWindow)
		}
		if !c.typing.IsZero() {
			frame["typing_until"] = c.typing
		}
	}
	return frame
}

func (s *Simulator) knownChat(name chatName) *chat {
	p := s.findPhone(name.Phone)
	if p == nil {
		return nil
	}
	return s.chats[chatKey{name.Number, p.key()}]
}

// viewer is what one socket has seen.
type viewer struct {
	watched chatName
	chosen  bool
	state   int
	chat    int
	log     int
}

// frames lists what is new to a viewer, and the channel of the next change.
func (s *Simulator) frames(v *viewer) ([]object, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []object
	if v.state != s.version {
		v.state = s.version
		list = append(list, s.stateFrame())
	}
	version := 0
	if c := s.knownChat(v.watched); c != nil {
		version = c.version
	}
	if v.chosen && v.chat != version {
		v.chat = version
		list = append(list, s.chatFrame(v.watched))
	}
	if entries := s.log.since(v.log); len(entries) > 0 {
		v.log = s.log.serial
		list = append(list, object{"type": "log", "entries": entries})
	}
	return list, s.change()
}

// serveSocket pushes to one page until it leaves or the simulator is closed.
func (s *Simulator) serveSocket(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}
	defer s.work.Done()
	upgrader := websocket.Upgrader{} // refuses other origins
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	choices, gone := make(chan chatName), make(chan struct{})
	stop := make(chan struct{})
	go readChoices(conn, choices, gone, stop)
	s.push(conn, choices, gone)
	close(stop)
	conn.Close() // ends the reader
	<-gone
}

// readChoices reads which chat the page shows, until the connection ends.
func readChoices(conn *websocket.Conn, choices chan<- chatName, gone chan<- struct{}, stop <-chan struct{}) {
	defer close(gone)
	conn.SetReadLimit(4096)
	for {
		var name chatName
		if conn.ReadJSON(&name) != nil {
			return
		}
		select {
		case choices <- name:
		case <-stop:
			return
		}
	}
}

func (s *Simulator) push(conn *websocket.Conn, choices <-chan chatName, gone <-chan struct{}) {
	v := viewer{state: -1}
	for {
		list, changed := s.frames(&v)
		for _, frame := range list {
			conn.SetWriteDeadline(time.Now().Add(socketWrite)) //nolint:errcheck // shows in the write
			if conn.WriteJSON(frame) != nil {
				return
			}
		}
		select {
		case <-changed:
			if !s.pause(frameGap) {
				return
			}
		case name := <-choices:
			v.watched, v.chosen, v.chat = name, true, -1
		case <-gone:
			return
		case <-s.done:
			return
		}
	}
}
