package simulator

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/gateway/simulator/sample"
	"github.com/prosa-chat/prosa/gateway/web"
)

//go:embed page
var pageFiles embed.FS

// contentPolicy allows this server only, and nothing inline.
const contentPolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Inbox is where the business answers: linked from the page.
type Inbox struct {
	URL  string `json:"url"`  // scheme://host:port; empty: none
	Door string `json:"door"` // address that lets somebody in; empty: URL
	Name string `json:"name"` // whom it lets in
}

// SetInbox changes what the page links to.
func (s *Simulator) SetInbox(inbox Inbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inbox = inbox
	s.version++
	s.notify()
}

// pageRoutes serves the phones page and what it calls. Other sites' pages may
// not post here: the simulator has no login.
func (s *Simulator) pageRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sim/ws", s.serveSocket)
	mux.HandleFunc("GET /sim/media/{id}", s.download)
	mux.HandleFunc("GET /sim/chat", s.getChat)
	mux.HandleFunc("GET /sim/state", s.getState)
	mux.HandleFunc("POST /sim/say", call(s.postSay))
	mux.HandleFunc("POST /sim/open", call(s.postOpen))
	mux.HandleFunc("POST /sim/clock", call(s.postClock))
	mux.HandleFunc("POST /sim/faults", call(s.postFault))
	mux.HandleFunc("POST /sim/trigger", call(s.postTrigger))
	mux.HandleFunc("POST /sim/phones", call(s.AddPhone))
	mux.HandleFunc("GET /picture.jpg", func(w http.ResponseWriter, _ *http.Request) { // of templates
		w.Header().Set("Content-Type", "image/jpeg")
		w.Write(sample.Of("image").Bytes)
	})
	mux.HandleFunc("GET /sim/files/{id}", s.showMedia)
	mux.HandleFunc("POST /sim/files", s.postFile)
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	static := http.FileServerFS(files)
	mux.HandleFunc("GET /tokens.css", func(w http.ResponseWriter, _ *http.Request) { // those of the inbox: one design
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Write(web.Tokens())
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "phones.html")
	})
	mux.Handle("GET /", static)
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		guarded.ServeHTTP(w, r)
	})
}

// call decodes the body of a call of the page and answers 204 or why not.
func call[T any](do func(T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body T
		raw, err := readBody(w, r)
		if err == nil && json.Unmarshal(raw, &body) != nil {
			err = ErrBadRequest
		}
		if err == nil {
			err = do(body)
		}
		switch {
		case err == nil:
			w.WriteHeader(http.StatusNoContent)
		case errors.Is(err, ErrUnknownPhone) || errors.Is(err, ErrUnknownNumber):
			writeJSON(w, http.StatusNotFound, object{"error": err.Error()})
		default:
			writeJSON(w, http.StatusBadRequest, object{"error": err.Error()})
		}
	}
}

// chatName names the chat that a call is about.
type chatName struct {
	Phone  string           `json:"phone"`
	Number wa.PhoneNumberID `json:"number"`
}

type sayCall struct {
	chatName
	Text   string       `json:"text"`
	Kind   string       `json:"kind"` // text, image, video, voice, document, sticker, button: a template's quick reply
	Quoted wa.MessageID `json:"quoted"`
}

func (s *Simulator) postSay(c sayCall) error {
	content := wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: c.Text}, Quoted: c.Quoted}
	media := sampleMedia(c.Kind, c.Text)
	switch {
	case media != nil:
		content = wa.Content{Kind: wa.KindMedia, Media: media, Quoted: c.Quoted}
	case content.Sendable() != nil:
		return content.Sendable()
	case c.Kind == "button":
		content = wa.Content{
			Kind: wa.KindInteractive, Interactive: &wa.Interactive{Type: "button", ID: c.Text, Title: c.Text}, Quoted: c.Quoted,
		}
	}
	_, err := s.SendContent(c.Phone, c.Number, content)
	return err
}

// sampleMedia is a message with a sample of a kind; nil for a text.
func sampleMedia(kind, caption string) *wa.Media {
	switch kind {
	case "image", "video":
		return &wa.Media{Type: kind, Caption: caption}
	case "sticker":
		return &wa.Media{Type: kind}
	case "voice":
		return &wa.Media{Type: "audio", Voice: true}
	case "document":
		return &wa.Media{Type: kind, FileName: "order 1042.pdf", Caption: caption}
	}
	return nil
}

func (s *Simulator) postOpen(c chatName) error { return s.OpenChat(c.Phone, c.Number) }

type clockCall struct {
	Seconds float64 `json:"seconds"`
}

// maxAdvance keeps the clock within what a timestamp can hold.
const maxAdvance = 366 * 24 * time.Hour

func (s *Simulator) postClock(c clockCall) error {
	if c.Seconds != c.Seconds || c.Seconds > maxAdvance.Seconds() || c.Seconds < -maxAdvance.Seconds() {
		return ErrBadRequest
	}
	return s.Advance(time.Duration(c.Seconds * float64(time.Second)))
}

type faultCall struct {
	Fault       chance.Fault `json:"fault"`
	Probability float64      `json:"probability"`
}

func (s *Simulator) postFault(c faultCall) error { return s.SetFault(c.Fault, c.Probability) }

func (s *Simulator) postTrigger(c faultCall) error {
	if !slices.Contains(chance.All(), c.Fault) {
		return ErrBadRequest
	}
	s.Trigger(c.Fault)
	return nil
}

func (s *Simulator) getChat(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	frame := s.chatFrame(chatName{r.URL.Query().Get("phone"), wa.PhoneNumberID(r.URL.Query().Get("number"))})
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, frame)
}

func (s *Simulator) getState(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	frame := s.stateFrame()
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, frame)
}
