package files

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/gateway/filetype"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// Config is what the handlers answer from.
type Config struct {
	Inbox   *inbox.Inbox
	Uploads *uploads.Uploads
	Logger  *slog.Logger
}

// Files are the handlers.
type Files struct {
	inbox   *inbox.Inbox
	uploads *uploads.Uploads
	log     *slog.Logger
	coming  chan struct{} // one for each upload at once: each has a piece in memory
	drawing chan struct{} // one for each small picture that is being made
}

// incoming bounds the uploads at once of a process.
const incoming = 48

// New makes the handlers.
func New(c Config) *Files {
	return &Files{c.Inbox, c.Uploads, c.Logger, make(chan struct{}, incoming), make(chan struct{}, 1)}
}

const (
	// policy lets a file that is opened by itself do nothing at all.
	policy = "default-src 'none'; sandbox; frame-ancestors 'none'"
	// stall is how long a client may take for one piece.
	stall = time.Minute
)

// stored is a file as it is served, whoever sent it.
type stored struct {
	mime    string // untrusted
	name    string
	version string // of its content
	size    int64
	part    func(ctx context.Context, n, offset, length int) ([]byte, error)
	// thumb reads the small picture; false: none was asked for yet. keepThumb stores it,
	// or with nil that there can be none.
	thumb     func(ctx context.Context) (picture []byte, made bool, err error)
	keepThumb func(ctx context.Context, picture []byte) error
}

// serve answers with a file, whole or in ranges, or with its small picture. With
// ?download=1 browsers save it.
func (f *Files) serve(w http.ResponseWriter, r *http.Request, s *stored) error {
	if r.URL.Query().Get("thumb") != "" {
		return f.serveThumb(w, r, s)
	}
	kind, shown := servedType(s.mime)
	disposition := "inline"
	if !shown || r.URL.Query().Get("download") != "" {
		disposition = "attachment"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": fileName(s.name, kind)}))
	h.Set("ETag", `"`+strconv.FormatInt(s.size, 10)+"-"+s.version+`"`)
	harmless(h)
	http.ServeContent(w, r, "", time.Time{}, s.reader(w, r))
	return nil
}

// harmless are the headers of everything that a stranger may have made.
func harmless(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=86400, immutable")
}

// reader reads the file for a client, who may take his time for each piece. With a nil
// writer nobody waits.
func (s *stored) reader(w http.ResponseWriter, r *http.Request) *pieces {
	return &pieces{size: s.size, read: func(n, offset int) ([]byte, error) {
		if w != nil {
			// The server's own write time-out is for answers, not for films.
			err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(stall))
			if err != nil && !errors.Is(err, http.ErrNotSupported) {
				return nil, err
			}
		}
		return s.part(r.Context(), n, offset, uploads.Piece)
	}}
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
	return filetype.Unknown, false
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
	return "whatsapp" + extension(kind)
}

// extension is the end of the name of a file of a type; "" if there is none.
func extension(kind string) string {
	known := map[string]string{
		"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "video/mp4": ".mp4",
		"video/3gpp": ".3gp", "application/pdf": ".pdf", "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a",
		"text/plain": ".txt", filetype.Unknown: "",
	}
	end, ok := known[kind]
	if !ok {
		end = "." + path.Base(kind)
	}
	return end
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
		part, err := p.read(int(p.at/uploads.Piece), int(p.at%uploads.Piece))
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
