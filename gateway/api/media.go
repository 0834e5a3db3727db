package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	// mediaPolicy lets a file that is opened by itself do nothing at all.
	mediaPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"
	// mediaStall is how long a client may take for one piece.
	mediaStall = time.Minute
)

// getMedia streams the file of a message to whoever may see the conversation,
// whole or in ranges. With ?download=1 browsers save it.
func (a *files) GetMedia(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, id, err := namedFile(r)
	if err != nil {
		return err
	}
	file, err := a.inbox.OpenMedia(r.Context(), who.Person.Scope(), key, id)
	if err != nil {
		return err
	}
	kind, shown := servedType(file.MIME)
	disposition := "inline"
	if !shown || r.URL.Query().Get("download") != "" {
		disposition = "attachment"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": fileName(file.Name, kind)}))
	h.Set("Content-Security-Policy", mediaPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	h.Set("ETag", `"`+strconv.FormatInt(file.Size, 10)+"-"+file.Version()+`"`)
	deadline := http.NewResponseController(w)
	http.ServeContent(w, r, "", time.Time{}, &pieces{size: file.Size, read: func(n, offset int) ([]byte, error) {
		// The server's own write time-out is for answers, not for films.
		if err := deadline.SetWriteDeadline(time.Now().Add(mediaStall)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return nil, err
		}
		return a.inbox.MediaPart(r.Context(), &file, n, offset, media.Piece)
	}})
	return nil
}

// fetchMediaAgain has the relay try once more for a file that failed.
func (a *files) FetchMediaAgain(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, id, err := namedFile(r)
	if err != nil {
		return err
	}
	err = a.inbox.WantMediaAgain(r.Context(), who.Person.Scope(), key, id)
	if errors.Is(err, persistence.ErrRefused) {
		return problem.New(code.NotApplied, "the file is not failed, or trying again is pointless")
	}
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusAccepted, view.Media{MessageID: string(id), State: string(media.Wanted)})
}

// namedFile is the message that a path names.
func namedFile(r *http.Request) (wa.ConversationKey, wa.MessageID, error) {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	id := r.PathValue("mid")
	if err != nil || !rest.Storable(id) {
		return key, "", problem.New(code.NotFound, "")
	}
	return key, wa.MessageID(id), nil
}

// servedType is the type that a file is served as, and whether browsers may show
// it. What a customer sends is shown only as a picture, sound or film: SVG, HTML
// and all else are bytes to save. A PDF keeps its type and is saved as well, for
// the sandbox lets no viewer run.
func servedType(declared string) (string, bool) {
	kind, _, err := mime.ParseMediaType(declared)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(declared), ";")
		kind = strings.TrimSpace(kind)
	}
	switch kind {
	case "image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/3gpp":
		return kind, true
	case "application/pdf":
		return kind, false
	}
	if name, ok := strings.CutPrefix(kind, "audio/"); ok && name != "" && !strings.ContainsFunc(name, notInType) {
		return kind, true
	}
	return "application/octet-stream", false
}

// notInType says of a character that audio types have none such.
func notInType(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-.+", c)
}

// fileName is a name to save under. The customer's is no path and has no
// character that a terminal or a file system would act on.
func fileName(told, kind string) string {
	name := strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || strings.ContainsRune(`/\:*?"<>|`, c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) {
			return '_'
		}
		return c
	}, strings.TrimSpace(told))
	if name = strings.TrimLeft(name, "."); name != "" {
		return name
	}
	extension := map[string]string{
		"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "video/mp4": ".mp4",
		"video/3gpp": ".3gp", "application/pdf": ".pdf", "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a",
	}[kind]
	if extension == "" && kind != "application/octet-stream" {
		extension = "." + path.Base(kind)
	}
	return "whatsapp" + extension
}

// pieces reads a stored file from any place. It holds one part in memory.
type pieces struct {
	size int64
	at   int64
	part []byte // what was read and not yet handed on, at at
	read func(n, offset int) ([]byte, error)
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.at >= p.size {
		return 0, io.EOF
	}
	if len(p.part) == 0 {
		part, err := p.read(int(p.at/media.Piece), int(p.at%media.Piece))
		if err != nil {
			return 0, err
		}
		if len(part) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		p.part = part
	}
	n := copy(b, p.part)
	p.part = p.part[n:]
	p.at += int64(n)
	return n, nil
}

func (p *pieces) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += p.at
	case io.SeekEnd:
		offset += p.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start")
	}
	if offset != p.at {
		p.at, p.part = offset, nil
	}
	return offset, nil
}
