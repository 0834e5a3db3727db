package shelf

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/filetype"
	"github.com/prosa-chat/prosa/gateway/simulator/sample"
)

// Life is how long a file is kept (Meta, media).
const Life = 30 * 24 * time.Hour

// most is how much is kept in memory, in bytes; the oldest goes first.
const most = 256 << 20

// Codes of refusals (Meta, support/error-codes).
const (
	codeParameter = 100
	codeMedia     = 131053
)

// Refusal is what Meta says to a file that it does not take, or does not send.
type Refusal struct {
	Code    int
	Details string
}

// Shelf keeps files. It is safe for concurrent use.
type Shelf struct {
	mu    sync.Mutex
	files map[string]*kept
	order []string
	size  int
}

type kept struct {
	*sample.File
	number wa.PhoneNumberID
	until  time.Time
}

// New is an empty one.
func New() *Shelf { return &Shelf{files: map[string]*kept{}} }

// Read takes a file from the form of an upload.
func Read(r *http.Request) (*sample.File, *Refusal) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, &Refusal{codeParameter, "The request is not a form."}
	}
	form := multipart.NewReader(r.Body, parameters["boundary"])
	fields := map[string]string{"messaging_product": r.URL.Query().Get("messaging_product")}
	var file *sample.File
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &Refusal{codeParameter, "The form is damaged."}
		}
		content, err := io.ReadAll(io.LimitReader(part, wa.MaxUploadBytes+1))
		if err != nil {
			return nil, &Refusal{codeParameter, "The form is damaged."}
		}
		if part.FormName() != "file" {
			fields[part.FormName()] = string(content)
			continue
		}
		file = &sample.File{MIME: part.Header.Get("Content-Type"), Bytes: content}
	}
	return judge(file, fields)
}

func judge(file *sample.File, fields map[string]string) (*sample.File, *Refusal) {
	switch {
	case fields["messaging_product"] != "whatsapp":
		return nil, &Refusal{codeParameter, "The parameter messaging_product is required."}
	case file == nil || len(file.Bytes) == 0:
		return nil, &Refusal{codeParameter, "The parameter file is required."}
	case len(file.Bytes) > wa.MaxUploadBytes:
		return nil, &Refusal{codeMedia, "The file is larger than 100 MB."}
	}
	if said := fields["type"]; said != "" {
		file.MIME = said
	}
	is := contentOf(file)
	if said := filetype.Bare(file.MIME); said != is.MIME {
		return nil, &Refusal{codeParameter, fmt.Sprintf("Param file must be a file with one of the supported types. Received file of type '%s', which is '%s'.", said, is.MIME)}
	}
	return file, nil
}

func contentOf(file *sample.File) wa.File {
	reading := filetype.NewReading(file.MIME, "")
	reading.Next(file.Bytes)
	return reading.File()
}

// Put keeps a file of a number under an id, from a moment on.
func (s *Shelf) Put(id string, number wa.PhoneNumberID, file *sample.File, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[id] = &kept{file, number, now.Add(Life)}
	s.order, s.size = append(s.order, id), s.size+len(file.Bytes)
	for s.size > most && len(s.order) > 1 {
		s.size -= len(s.files[s.order[0]].Bytes)
		delete(s.files, s.order[0])
		s.order = s.order[1:]
	}
}

// Get is a file that was uploaded; nil: there is none. Whose it is does not matter.
func (s *Shelf) Get(id string) *sample.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.files[id]; k != nil {
		return k.File
	}
	return nil
}

// Forget has every file gone.
func (s *Shelf) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.files)
	s.order, s.size = nil, 0
}

// Send judges the file of a message of a number: it must be there still, and be what it
// is sent as.
func (s *Shelf) Send(number wa.PhoneNumberID, m *wa.Media, now time.Time) (*sample.File, *Refusal) {
	s.mu.Lock()
	k := s.files[m.ID]
	s.mu.Unlock()
	if k == nil || k.number != number || now.After(k.until) {
		return nil, &Refusal{codeParameter, "Param " + m.Type + "['id'] is not a valid whatsapp business account media attachment ID"}
	}
	is := contentOf(k.File)
	if err := is.SendableAs(m.Type, m.Type); err != nil {
		return nil, &Refusal{codeMedia, "Media upload error: " + err.Error()}
	}
	if m.Voice && !is.Voice {
		return nil, &Refusal{codeMedia, "Media upload error: a voice message is audio/ogg with Opus, mono."}
	}
	return k.File, nil
}
