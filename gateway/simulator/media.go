package simulator

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// mediaLimit is how many files are remembered, maxUpload the length of one that
// the page brings.
const (
	mediaLimit = 1000
	maxUpload  = 16 << 20
)

// Samples for customers who choose no file of their own; made for this simulator.
//
//go:embed samples
var samples embed.FS

// file is what a customer sent, as the media endpoint knows it.
type file struct {
	mime  string
	bytes []byte
}

func (f *file) sum() []byte {
	sum := sha256.Sum256(f.bytes)
	return sum[:]
}

// sample is the file behind media that bring none.
func sample(kind string) *file {
	name, declared := "picture.jpg", "image/jpeg"
	switch kind {
	case "video":
		name, declared = "film.mp4", "video/mp4"
	case "audio":
		name, declared = "voice.ogg", "audio/ogg; codecs=opus"
	case "document":
		name, declared = "order.pdf", "application/pdf"
	case "sticker":
		name, declared = "sticker.webp", "image/webp"
	}
	content, err := samples.ReadFile("samples/" + name)
	if err != nil {
		panic(err) // embedded above
	}
	return &file{declared, content}
}

// attach gives a customer's media an id that the media endpoint knows. Callers
// hold the lock.
func (s *Simulator) attach(m *wa.Media, f *file) {
	if f == nil {
		f = sample(m.Type)
		if m.MIME != "" {
			f.mime = m.MIME
		}
	}
	if len(s.media) >= mediaLimit {
		clear(s.media)
	}
	m.ID, m.MIME = s.ids.digits(16), f.mime
	m.SHA256 = base64.StdEncoding.EncodeToString(f.sum())
	s.media[m.ID] = f
}

func (s *Simulator) findMedia(id string) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.media[id]
}

// getMedia describes a file. Its url lives on this server.
func (s *Simulator) getMedia(w http.ResponseWriter, r *http.Request, id string) {
	if e := s.authorizeAny(r); e != nil {
		writeError(w, e)
		return
	}
	f := s.findMedia(id)
	if f == nil {
		writeError(w, newError(100, "Object with this ID does not exist or cannot be loaded."))
		return
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	writeJSON(w, http.StatusOK, object{
		"messaging_product": "whatsapp", "id": id, "mime_type": f.mime, "file_size": itoa(len(f.bytes)),
		"sha256": hex.EncodeToString(f.sum()), "url": scheme + "://" + r.Host + "/sim/media/" + id,
	})
}

// authorizeAny accepts the token of any number.
func (s *Simulator) authorizeAny(r *http.Request) *graphError {
	var refused *graphError
	for _, n := range s.numbers {
		if refused = s.authorize(r, n.Token); refused == nil {
			return nil
		}
	}
	return refused
}

// download serves a file to a bearer of a token, as the lookaside host does.
func (s *Simulator) download(w http.ResponseWriter, r *http.Request) {
	if e := s.authorizeDownload(r); e != nil {
		writeError(w, e)
		return
	}
	f := s.findMedia(r.PathValue("id"))
	if s.strikes(FaultMediaSlow) && !s.pause(s.config.SlowBy) {
		return
	}
	if f == nil || s.strikes(FaultMediaGone) {
		http.NotFound(w, r)
		return
	}
	content := f.bytes
	if s.strikes(FaultMediaDamaged) {
		content = append([]byte("damaged"), content...)
	}
	w.Header().Set("Content-Type", f.mime)
	w.Header().Set("Content-Length", itoa(len(content)))
	w.Write(content)
}

// authorizeDownload knows no proof: only the Graph API has one.
func (s *Simulator) authorizeDownload(r *http.Request) *graphError {
	for _, n := range s.numbers {
		if n.Token == "" || r.Header.Get("Authorization") == "Bearer "+n.Token {
			return nil
		}
	}
	return newError(190, "Error validating access token.")
}

// showMedia serves a file to the page. What was picked from a disk could be
// anything: only pictures and sound are shown.
func (s *Simulator) showMedia(w http.ResponseWriter, r *http.Request) {
	f := s.findMedia(r.PathValue("id"))
	if f == nil {
		http.NotFound(w, r)
		return
	}
	kind, _, _ := mime.ParseMediaType(f.mime) // an unreadable type is none of those shown
	switch {
	case kind == "image/jpeg", kind == "image/png", kind == "image/webp", kind == "image/gif", strings.HasPrefix(kind, "audio/"):
		w.Header().Set("Content-Type", f.mime)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", "attachment")
	}
	w.Write(f.bytes)
}

// SendFile sends a file from a phone to a number and returns its wamid. Media.Type
// and Media.MIME say what it is; the bytes are the simulator's from then on.
func (s *Simulator) SendFile(phone string, id wa.PhoneNumberID, media wa.Media, content []byte) (wa.MessageID, error) {
	return s.fromPhone(phone, id, wa.Content{Kind: wa.KindMedia, Media: &media}, &file{media.MIME, content})
}

// postFile takes a file that the person at the page has picked. What kind of
// message it makes follows from its type, as in the app.
func (s *Simulator) postFile(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpload))
	if err != nil {
		writeJSON(w, http.StatusRequestEntityTooLarge, object{"error": fmt.Sprintf("the file is longer than %d MB", maxUpload>>20)})
		return
	}
	q := r.URL.Query()
	declared := r.Header.Get("Content-Type")
	media := wa.Media{Type: kindOf(declared), MIME: declared, Caption: q.Get("caption")}
	if media.Type == "document" {
		media.FileName = q.Get("name")
	}
	if _, err := s.SendFile(q.Get("phone"), wa.PhoneNumberID(q.Get("number")), media, content); err != nil {
		writeJSON(w, http.StatusBadRequest, object{"error": err.Error()})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// kindOf is how WhatsApp sends a file of a type (Meta, supported media types).
func kindOf(declared string) string {
	kind, _, _ := strings.Cut(declared, ";")
	switch kind {
	case "image/jpeg", "image/png":
		return "image"
	case "video/mp4", "video/3gpp":
		return "video"
	case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg":
		return "audio"
	}
	return "document"
}
