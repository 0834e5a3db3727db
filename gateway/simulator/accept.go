package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/sendbody"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// postMessage is the messages endpoint: a send or a read mark.
func (s *Simulator) postMessage(w http.ResponseWriter, r *http.Request, n *number) {
	began := time.Now()
	body, err := readBody(w, r)
	if err != nil {
		return // the client has gone or sends without end
	}
	if s.strikes(chance.Gateway) {
		s.note(entry{In: true, What: "POST · 502", Odd: true})
		http.Error(w, "<html><body>502 Bad Gateway</body></html>", http.StatusBadGateway)
		return
	}
	var req sendbody.Body
	if e := s.check(body, &req); e != nil {
		s.refuse(w, &req, e, began)
		return
	}
	if req.Status != "" {
		s.postReadMark(w, n, &req)
		return
	}
	m, e := s.accept(n, &req)
	if e != nil {
		s.refuse(w, &req, e, began)
		return
	}
	s.note(entry{In: true, What: "POST " + typeOf(&req) + " · 200", Millis: time.Since(began).Milliseconds()})
	s.answer(w, r, &req, m)
}

func (s *Simulator) refuse(w http.ResponseWriter, req *sendbody.Body, e *graphError, began time.Time) {
	s.note(entry{
		In: true, Odd: true, What: "POST " + typeOf(req) + " · " + itoa(e.status) + " " + itoa(e.code),
		Millis: time.Since(began).Milliseconds(),
	})
	writeError(w, e)
}

// kind names a request in the log: only types that exist.
func typeOf(r *sendbody.Body) string {
	switch r.Type {
	case "text", "template", "image", "video", "audio", "document", "sticker", "location", "contacts", "interactive", "reaction":
		return r.Type
	case "":
		return "text"
	}
	return "?"
}

// check decodes a request and draws the faults that refuse it.
func (s *Simulator) check(body []byte, req *sendbody.Body) *graphError {
	switch {
	case s.strikes(chance.Server):
		return newError(131000, "Message failed to send due to an unknown error.")
	case s.strikes(chance.Throttle):
		return newError(130429, "Cloud API message throughput has been reached.")
	case json.Unmarshal(body, req) != nil:
		return newError(100, "The request is not valid JSON of the expected types.")
	case req.MessagingProduct != "whatsapp":
		return newError(100, "The parameter messaging_product is required.")
	case req.Status != "" && req.Status != "read":
		return newError(100, "Param status must be one of {read}.")
	}
	return nil
}

// accept takes a send on or says why not. Its order is Meta's: what is wrong
// with the request first, then rates, then the person.
func (s *Simulator) accept(n *number, req *sendbody.Body) (*message, *graphError) {
	content, e := content(req)
	if e != nil {
		return nil, e
	}
	to := req.To
	if to == "" {
		to = req.Recipient
	}
	switch {
	case !s.desk.Live(n.ID):
		return nil, newError(133010, "Phone number is not registered on the WhatsApp Business Platform.")
	case to == "":
		return nil, newError(100, "The parameter to is required.")
	case len(req.Opaque) > 512:
		return nil, newError(131009, "biz_opaque_callback_data must be at most 512 bytes long.")
	}
	if e := s.checkFile(n, &content); e != nil {
		return nil, e
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if content.Kind == wa.KindTemplate {
		if content.Template, e = s.fillTemplate(templateOf(req.Template)); e != nil {
			return nil, e
		}
	}
	p := s.recipient(n, to)
	if p == nil && n.TestOnly {
		return nil, newError(131030, "Recipient phone number not in allowed list")
	}
	now := s.Now()
	if e := s.admit(n, p, content.Kind, now); e != nil {
		return nil, e
	}
	m := s.newOutgoing(n, p, to, content, now)
	m.Opaque = req.Opaque
	return m, nil
}

// recipient finds the phone, or makes one when the simulator is told to.
func (s *Simulator) recipient(n *number, to string) *Phone {
	p := s.findRecipient(to)
	if p != nil || !s.config.AutoPhones || n.TestOnly {
		return p
	}
	if alias, _ := wa.ClassifyAddress(to); alias.Kind != wa.AliasPhone {
		return s.addPhone(Phone{BSUID: to})
	}
	return s.addPhone(Phone{WaID: strings.TrimPrefix(to, "+")})
}

// admit applies rates and the window.
func (s *Simulator) admit(n *number, p *Phone, kind wa.ContentKind, now time.Time) *graphError {
	if !n.pace.Take(now) {
		return newError(130429, "Cloud API message throughput has been reached.")
	}
	if p == nil {
		return nil
	}
	c := s.chatOf(n, p)
	if s.faults.Strikes(chance.Pair) || !c.pair.Take(now) {
		return newError(131056, "Too many messages sent from the sender phone number to the same recipient phone number in a short period of time.")
	}
	if s.faults.Strikes(chance.Window) || kind != wa.KindTemplate && !s.config.AsyncErrors && !c.windowOpen(now) {
		return newError(131047, windowDetails)
	}
	return nil
}

const windowDetails = "Message failed to send because more than 24 hours have passed since the customer last replied to this number."

// windowOpen says whether free-form messages may go.
func (c *chat) windowOpen(now time.Time) bool {
	return !c.lastInbound.IsZero() && now.Before(c.lastInbound.Add(serviceWindow))
}

// newOutgoing stores an accepted send. A message that will fail is remembered
// but never shown.
func (s *Simulator) newOutgoing(n *number, p *Phone, to string, content wa.Content, now time.Time) *message {
	m := &message{from: n, to: to, category: "service"}
	if content.Template != nil {
		m.category = strings.ToLower(content.Template.Category)
	}
	if p == nil {
		m.Bubble = newBubble(s.ids.WAMID(strings.TrimPrefix(to, "+"), true), content, now)
		m.fails = 131026
		s.remember(m)
		return m
	}
	c := s.chatOf(n, p)
	m.chat = c
	m.Bubble = newBubble(s.ids.WAMID(p.key(), true), content, now)
	m.FromBusiness, m.Status = true, ""
	c.typing = time.Time{}
	if content.Kind != wa.KindTemplate && !c.windowOpen(now) {
		m.fails = 131047 // only with AsyncErrors: admit refuses otherwise
		s.remember(m)
		return m
	}
	s.place(m, content)
	return m
}

// answer sends the acceptance and starts the statuses, in the order that the
// faults ask for.
func (s *Simulator) answer(w http.ResponseWriter, r *http.Request, req *sendbody.Body, m *message) {
	if s.strikes(chance.StatusFirst) {
		s.report(m)
		s.awaitFirstStatus(r, m)
		s.writeAccepted(w, r, req, m)
		return
	}
	defer s.report(m)
	s.writeAccepted(w, r, req, m)
}

func (s *Simulator) writeAccepted(w http.ResponseWriter, r *http.Request, req *sendbody.Body, m *message) {
	if s.strikes(chance.Drop) {
		panic(http.ErrAbortHandler) // net/http's way to cut the connection; deferred work still runs
	}
	if s.strikes(chance.NoAnswer) {
		s.report(m)
		select {
		case <-r.Context().Done():
		case <-s.done:
		}
		panic(http.ErrAbortHandler)
	}
	if s.strikes(chance.Slow) && !s.pause(s.config.SlowBy) {
		return
	}
	input := req.To
	if input == "" {
		input = req.Recipient
	}
	contact := object{"input": input}
	switch {
	case req.To == "":
		contact["user_id"] = req.Recipient
	case m.chat != nil && m.chat.phone.WaID != "":
		contact["wa_id"] = m.chat.phone.WaID
	default:
		contact["wa_id"] = strings.TrimPrefix(req.To, "+")
	}
	accepted := object{"id": string(m.ID)}
	if req.Type == "template" {
		accepted["message_status"] = "accepted"
	}
	writeJSON(w, http.StatusOK, object{
		"messaging_product": "whatsapp", "contacts": []object{contact}, "messages": []object{accepted},
	})
}

// postReadMark marks what the customer wrote as read, up to the named message,
// and shows that the business types.
func (s *Simulator) postReadMark(w http.ResponseWriter, n *number, req *sendbody.Body) {
	s.mu.Lock()
	m := s.known[req.MessageID]
	if m == nil || m.chat == nil || m.chat.number != n || m.FromBusiness {
		s.mu.Unlock()
		writeError(w, newError(131009, "Message ID is not valid."))
		return
	}
	for _, earlier := range m.chat.messages {
		if !earlier.FromBusiness && !earlier.At.After(m.At) {
			earlier.raise(wa.StatusRead)
		}
	}
	if req.Typing != nil {
		m.chat.typing = time.Now().Add(typingFor)
	}
	s.touch(m.chat)
	s.mu.Unlock()
	what := "read mark"
	if req.Typing != nil {
		what = "typing"
	}
	s.note(entry{In: true, What: what})
	writeJSON(w, http.StatusOK, object{"success": true})
}

// typingFor is how long a typing indicator stays without an answer.
const typingFor = 25 * time.Second
