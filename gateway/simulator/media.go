package simulator

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/gateway/simulator/sample"
	"github.com/prosa-chat/prosa/gateway/simulator/shelf"
)

// mediaLimit is how many files are remembered, maxUpload the length of one that
// the page brings.
const (
	mediaLimit = 1000
	maxUpload  = 16 << 20
)

// attach gives a customer's media an id that the media endpoint knows. Callers
// hold the lock.
func (s *Simulator) attach(m *wa.Media, f *sample.File) {
	if f == nil {
		f = sample.Of(m.Type)
		if m.MIME != "" {
			f.MIME = m.MIME
		}
	}
	if len(s.media) >= mediaLimit {
		clear(s.media)
	}
	m.ID, m.MIME = s.ids.Digits(16), f.MIME
	m.SHA256 = base64.StdEncoding.EncodeToString(f.Sum())
	s.media[m.ID] = f
}

func (s *Simulator) findMedia(id string) *sample.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.media[id]; f != nil {
		return f
	}
	return s.shelf.Get(id)
}

// postMedia takes a file that a business will send.
func (s *Simulator) postMedia(w http.ResponseWriter, r *http.Request, n *number) {
	if s.strikes(chance.UploadDown) {
		s.note(entry{In: true, What: "POST media · 503", Odd: true})
		http.Error(w, "<html><body>503 Service Unavailable</body></html>", http.StatusServiceUnavailable)
		return
	}
	f, refused := shelf.Read(r)
	if refused != nil {
		s.note(entry{In: true, What: "POST media · " + itoa(refused.Code), Odd: true})
		writeError(w, newError(refused.Code, refused.Details))
		return
	}
	if s.strikes(chance.MediaSlow) && !s.pause(s.config.SlowBy) {
		return
	}
	s.mu.Lock()
	id := s.ids.Digits(16)
	s.mu.Unlock()
	s.shelf.Put(id, n.ID, f, s.Now())
	s.note(entry{In: true, What: "POST media · 200"})
	writeJSON(w, http.StatusOK, object{"id": id})
}

// checkFile judges the file of a message that is named by its id.
func (s *Simulator) checkFile(n *number, content *wa.Content) *graphError {
	m := content.Attachment()
	if m == nil || m.ID == "" {
		return nil
	}
	if s.strikes(chance.MediaForgotten) {
		s.shelf.Forget()
	}
	f, refused := s.shelf.Send(n.ID, m, s.Now())
	if refused != nil {
		return newError(refused.Code, refused.Details)
	}
	m.MIME = f.MIME
	return nil
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
		"messaging_product": "whatsapp", "id": id, "mime_type": f.MIME, "file_size": itoa(len(f.Bytes)),
		"sha256": hex.EncodeToString(f.Sum()), "url": scheme + "://" + r.Host + "/sim/media/" + id,
	})
}

// authorizeAny accepts the token of any number.
func (s *Simulator) authorizeAny(r *http.Request) *graphError {
	var refused *graphError
	for _, n := range s.numbers {
		if refused = s.authorize(r, n); refused == nil {
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
	if s.strikes(chance.MediaSlow) && !s.pause(s.config.SlowBy) {
		return
	}
	if f == nil || s.strikes(chance.MediaGone) {
		http.NotFound(w, r)
		return
	}
	content := f.Bytes
	if s.strikes(chance.MediaDamaged) {
		content = append([]byte("damaged"), content...)
	}
	w.Header().Set("Content-Type", f.MIME)
	w.Header().Set("Content-Length", itoa(len(content)))
	w.Write(content)
}

// authorizeDownload knows no proof: only the Graph API has one.
func (s *Simulator) authorizeDownload(r *http.Request) *graphError {
	for _, n := range s.numbers {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if code, _ := s.desk.MaySend(token, n.ID); code == 0 {
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
	kind, _, _ := mime.ParseMediaType(f.MIME) // an unreadable type is none of those shown
	switch {
	case kind == "image/jpeg", kind == "image/png", kind == "image/webp", kind == "image/gif", kind == "video/mp4", strings.HasPrefix(kind, "audio/"):
		w.Header().Set("Content-Type", f.MIME)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", "attachment")
	}
	w.Write(f.Bytes)
}

// SendFile sends a file from a phone to a number and returns its wamid. Media.Type
// and Media.MIME say what it is; the bytes are the simulator's from then on.
func (s *Simulator) SendFile(phone string, id wa.PhoneNumberID, media wa.Media, content []byte) (wa.MessageID, error) {
	return s.fromPhone(phone, id, wa.Content{Kind: wa.KindMedia, Media: &media}, &sample.File{MIME: media.MIME, Bytes: content})
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
