package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// mediaView is what became of the file of a message. State is one of wanted,
// kept, failed, dropped (was kept, and is no longer).
type mediaView struct {
	MessageID string `json:"message_id"`
	State     string `json:"state"`
	Size      int64  `json:"size,omitempty"`   // bytes, when kept
	Reason    string `json:"reason,omitempty"` // when failed: gone, too_large, foreign, expired, damaged, unavailable
	Again     bool   `json:"again,omitempty"`  // when failed: another try may succeed
}

func viewMedia(m *media.Status) *mediaView {
	return &mediaView{string(m.MessageID), string(m.State), m.Size, string(m.Reason), m.Again}
}

func viewRecordedMedia(e *actorpb.MediaRecorded) *mediaView {
	v := &mediaView{MessageID: e.MessageId, State: string(media.MediaKept), Size: e.Size}
	if !e.Kept {
		v.State, v.Reason, v.Again = string(media.MediaFailed), e.Reason, wa.MediaReason(e.Reason).MayPass()
	}
	return v
}

// fillMedia puts what became of files into items. A page without files costs
// nothing.
func (t *threads) fillMedia(ctx context.Context, key wa.ConversationKey, items []threadItem) error {
	var ids []wa.MessageID
	for i := range items {
		if m := items[i].Message; m != nil && m.Kind == string(wa.KindMedia) {
			ids = append(ids, wa.MessageID(m.ID))
		}
	}
	list, err := t.inbox.Media(ctx, key, ids)
	if err != nil {
		return err
	}
	byID := make(map[string]*mediaView, len(list))
	for i := range list {
		byID[string(list[i].MessageID)] = viewMedia(&list[i])
	}
	for i := range items {
		if m := items[i].Message; m != nil {
			m.Media = byID[m.ID]
		}
	}
	return nil
}

// hasFile says of a message that came just now whether its file is being fetched.
func hasFile(m *messageView) bool {
	var content wa.Content
	return m.Kind == string(wa.KindMedia) && json.Unmarshal(m.Content, &content) == nil &&
		content.Media != nil && content.Media.ID != ""
}

const (
	// mediaPolicy lets a file that is opened by itself do nothing at all.
	mediaPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"
	// mediaStall is how long a client may take for one piece.
	mediaStall = time.Minute
)

// getMedia streams the file of a message to whoever may see the conversation,
// whole or in ranges. With ?download=1 browsers save it.
func (s *Server) getMedia(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, id, err := namedFile(r)
	if err != nil {
		return err
	}
	file, err := s.cfg.Inbox.OpenMedia(r.Context(), who.Person.Scope(), key, id)
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
		return s.cfg.Inbox.MediaPart(r.Context(), &file, n, offset, media.Piece)
	}})
	return nil
}

// fetchMediaAgain has the relay try once more for a file that failed.
func (s *Server) fetchMediaAgain(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, id, err := namedFile(r)
	if err != nil {
		return err
	}
	err = s.cfg.Inbox.WantMediaAgain(r.Context(), who.Person.Scope(), key, id)
	if errors.Is(err, persistence.ErrRefused) {
		return problem("not_applied", "the file is not failed, or trying again is pointless")
	}
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusAccepted, mediaView{MessageID: string(id), State: string(media.MediaWanted)})
}

// namedFile is the message that a path names.
func namedFile(r *http.Request) (wa.ConversationKey, wa.MessageID, error) {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	id := r.PathValue("mid")
	if err != nil || !storable(id) {
		return key, "", problem("not_found", "")
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
