package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"net/http"

	"github.com/prosa-chat/prosa/actors/wa"
)

// mediaLimit is how many ids of files are remembered.
const mediaLimit = 10_000

// stubMedia gives a customer's file an id that the media endpoint knows. The
// bytes behind every id are the same small picture.
func (s *Simulator) stubMedia(m *wa.Media) {
	if len(s.media) >= mediaLimit {
		clear(s.media)
	}
	m.ID = s.ids.digits(16)
	if m.MIME == "" {
		m.MIME = map[string]string{
			"image": "image/png", "video": "video/mp4", "audio": "audio/ogg; codecs=opus",
			"document": "application/pdf", "sticker": "image/webp",
		}[m.Type]
	}
	sum := sha256.Sum256(stubFile())
	m.SHA256 = base64.StdEncoding.EncodeToString(sum[:])
	s.media[m.ID] = m.MIME
}

// stubFile is the content of every file.
func stubFile() []byte {
	picture := image.NewPaletted(image.Rect(0, 0, 258, 148), color.Palette{
		color.RGBA{0xd3, 0xe8, 0xe0, 0xff}, color.RGBA{0x0b, 0x6a, 0x53, 0xff},
	})
	for x := range 258 {
		picture.SetColorIndex(x, 147-x*147/257, 1)
		picture.SetColorIndex(x, x*147/257, 1)
	}
	var file bytes.Buffer
	png.Encode(&file, picture) //nolint:errcheck // into memory, of a valid size
	return file.Bytes()
}

// getMedia describes a file. Its url lives on this server.
func (s *Simulator) getMedia(w http.ResponseWriter, r *http.Request, id string) {
	if e := s.authorizeAny(r); e != nil {
		writeError(w, e)
		return
	}
	s.mu.Lock()
	mime, ok := s.media[id]
	s.mu.Unlock()
	if !ok {
		writeError(w, newError(100, "Object with this ID does not exist or cannot be loaded."))
		return
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	file := stubFile()
	sum := sha256.Sum256(file)
	writeJSON(w, http.StatusOK, object{
		"messaging_product": "whatsapp", "id": id, "mime_type": mime, "file_size": itoa(len(file)),
		"sha256": hex.EncodeToString(sum[:]), "url": scheme + "://" + r.Host + "/sim/media/" + id,
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
	s.mu.Lock()
	mime, ok := s.media[r.PathValue("id")]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mime)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(stubFile())
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
