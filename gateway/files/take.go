package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/filetype"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

const (
	// longest is how long one upload may take in all.
	longest = 30 * time.Minute
	// answerIn is how long the answer may take to be read.
	answerIn = time.Minute
	// tidyIn is how long the removal of what came half may take; a sweep follows anyway.
	tidyIn = 3 * time.Second
)

// Post takes a file: the body itself, or the part "file" of a form. Nothing is kept of one
// that is refused or breaks off.
func (f *Files) Post(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	u, file, err := f.takeWhole(w, r, &who.Person)
	if err != nil {
		return err
	}
	v := viewOf(&u)
	v.Barred = barred(&file)
	return rest.Write(w, http.StatusCreated, v)
}

// Take is Post without its answer.
func (f *Files) Take(w http.ResponseWriter, r *http.Request, who *staff.Person) (uploads.Upload, error) {
	u, _, err := f.takeWhole(w, r, who)
	return u, err
}

func (f *Files) takeWhole(w http.ResponseWriter, r *http.Request, who *staff.Person) (u uploads.Upload, file wa.File, err error) {
	kind, err := wantedKind(r)
	if err != nil {
		return u, file, err
	}
	if r.ContentLength > wa.MaxUploadBytes+1<<20 { // a form is longer than its file
		return u, file, tooLong()
	}
	select {
	case f.coming <- struct{}{}:
		defer func() { <-f.coming }()
	default:
		return u, file, problem.New(code.Unavailable, "too many files are coming in at once")
	}
	ctx, cancel := context.WithTimeout(r.Context(), longest)
	defer cancel()
	body, err := open(w, r)
	if err != nil {
		return u, file, err
	}
	u = uploads.Upload{TenantID: who.TenantID, By: party(who), Name: wa.FileName(body.name), Declared: filetype.Bare(body.declared)}
	if err := f.uploads.Begin(ctx, &u); err != nil {
		return u, file, refusedBegin(err)
	}
	file, err = f.take(ctx, &u, body)
	if err == nil {
		err = judge(&file, kind)
	}
	if err == nil {
		err = f.uploads.Keep(ctx, &u)
	}
	if err != nil {
		f.tidy(ctx, &u)
	}
	return u, file, err
}

// party names whoever uploads as conversations name parties, so that they know him again.
func party(p *staff.Person) string {
	by := &actorpb.Actor{AgentId: string(p.ID)}
	if p.Key != nil {
		by.Kind = actorpb.Party_KIND_INTEGRATION
	}
	return actorpb.PartyID(by)
}

// wantedKind is what the file is to be sent as, "" if that is still open.
func wantedKind(r *http.Request) (string, error) {
	switch kind := r.URL.Query().Get("kind"); kind {
	case "", wa.MediaImage, wa.MediaVideo, wa.MediaAudio, wa.MediaDocument, wa.MediaSticker:
		return kind, nil
	}
	return "", problem.Field("kind", "want image, video, audio, document or sticker")
}

// incomingBody is a file on its way in, and what is said of it.
type incomingBody struct {
	io.Reader
	name, declared string
}

// open finds the file in the request.
func open(w http.ResponseWriter, r *http.Request) (*incomingBody, error) {
	patient := &patientReader{from: r.Body, connection: http.NewResponseController(w)}
	name := r.URL.Query().Get("name")
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return recorded(r, &incomingBody{patient, name, r.Header.Get("Content-Type")})
	}
	if parameters["boundary"] == "" {
		return nil, problem.Field("file", "the form has no boundary")
	}
	form := multipart.NewReader(patient, parameters["boundary"])
	for {
		part, err := form.NextRawPart()
		if err != nil {
			return nil, noFile(err)
		}
		if part.FormName() != "file" {
			continue
		}
		if name == "" {
			name = part.FileName()
		}
		return &incomingBody{part, name, part.Header.Get("Content-Type")}, nil
	}
}

func noFile(err error) error {
	if errors.Is(err, io.EOF) {
		return problem.Field("file", "the form has no part of this name")
	}
	return brokenOff(err)
}

// patientReader waits for a client that is slow, not for one that is silent: the server's
// own time-outs are for requests of a few kilobytes.
type patientReader struct {
	from       io.Reader
	connection *http.ResponseController
}

func (p *patientReader) Read(b []byte) (int, error) {
	now := time.Now()
	if err := p.connection.SetReadDeadline(now.Add(stall)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	if err := p.connection.SetWriteDeadline(now.Add(stall + answerIn)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.from.Read(b)
}

// take stores the pieces, and fills in what the file is.
func (f *Files) take(ctx context.Context, u *uploads.Upload, body *incomingBody) (wa.File, error) {
	reading, sum, piece := filetype.NewReading(body.declared, u.Name), sha256.New(), make([]byte, uploads.Piece)
	for n := 0; ; n++ {
		length, err := io.ReadFull(body, piece)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && ended(body)
		if err != nil && !last {
			return wa.File{}, brokenOff(err)
		}
		if u.Size += int64(length); u.Size > wa.MaxUploadBytes {
			return wa.File{}, tooLong()
		}
		if length > 0 {
			part := piece[:length]
			reading.Next(part)
			sum.Write(part) // never fails (hash.Hash)
			if err := f.uploads.PutPiece(ctx, u, n, part); err != nil {
				return wa.File{}, err
			}
		}
		if last {
			break
		}
	}
	file := reading.File()
	u.MIME, u.SHA256, u.Width, u.Height = file.MIME, sum.Sum(nil), file.Width, file.Height
	u.Animated, u.Voice, u.Barred, u.Kinds = file.Animated, file.Voice, file.Barred, file.Kinds()
	if u.Name == "" {
		u.Name = "file" + extension(u.MIME)
	}
	return file, nil
}

// ended tells the end of a file that fills no piece from a connection that broke off: of
// both ReadFull says the same.
func ended(body io.Reader) bool {
	var one [1]byte
	n, err := body.Read(one[:])
	return n == 0 && errors.Is(err, io.EOF)
}

// judge refuses what cannot be sent as it is wanted.
func judge(file *wa.File, kind string) error {
	if file.Size == 0 {
		p := problem.New(code.BadContent, "the file is empty: it has 0 bytes")
		p.Field, p.Reason, p.Limit, p.Remedy = "file", "empty", 1, "choose another file"
		return p
	}
	if kind == "" {
		kind = wa.MediaDocument // that nearly everything can be
	}
	err := file.SendableAs(kind, "file")
	if broken, ok := errors.AsType[*wa.LimitError](err); ok {
		p := problem.New(code.BadContent, broken.Remedy)
		p.Field, p.Reason, p.Limit = broken.Field, broken.Rule, broken.Limit
		return p
	}
	return err
}

func tooLong() error {
	p := problem.New(code.TooLarge, fmt.Sprintf("a file has %d bytes at most", int64(wa.MaxUploadBytes)))
	p.Field, p.Reason, p.Limit, p.Remedy = "file", wa.RuleTooLarge, wa.MaxUploadBytes, "split it, or send a link to it"
	return p
}

// brokenOff is a body that cannot be read to its end: the client is gone, too slow, or
// the form is none.
func brokenOff(err error) error {
	p := problem.Field("file", "it did not come in whole: "+reasonOf(err))
	p.Remedy = "send it again"
	return p
}

func reasonOf(err error) string {
	if timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && timeout.Timeout() {
		return "nothing came for a minute"
	}
	return "the connection broke off, or the form is damaged"
}

func refusedBegin(err error) error {
	if !errors.Is(err, uploads.ErrTooMany) {
		return err
	}
	p := problem.New(code.TooManyUploads, fmt.Sprintf("%d files, or %d bytes, that were not sent are the most", uploads.MaxUnsent, int64(uploads.MaxUnsentBytes)))
	p.Field, p.Limit = "file", uploads.MaxUnsent
	return p
}

// tidy removes what came of a file that is not kept.
func (f *Files) tidy(ctx context.Context, u *uploads.Upload) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyIn)
	defer cancel()
	if err := f.uploads.Discard(ctx, u.TenantID, u.By, u.ID); err != nil && !errors.Is(err, persistence.ErrNotFound) {
		f.log.WarnContext(ctx, "upload not removed, the sweep does it", "error", err)
	}
}

// View is an upload.
type View struct {
	ID        string       `json:"id"`
	Name      string       `json:"name" doc:"Cleaned: no path, no control signs"`
	Type      string       `json:"type" doc:"By its content"`
	Declared  string       `json:"declared,omitempty" doc:"What was said of it, where its content says otherwise"`
	Size      int64        `json:"size" doc:"Bytes"`
	SHA256    string       `json:"sha256"`
	Width     int          `json:"width,omitempty" doc:"Pixels, of a picture"`
	Height    int          `json:"height,omitempty"`
	Animated  bool         `json:"animated,omitempty"`
	Voice     bool         `json:"voice,omitempty" doc:"It may leave as a voice message"`
	Kinds     []string     `json:"kinds" doc:"What it may be sent as (media.type), the best first: image, video, audio, sticker, document"`
	Barred    []BarredView `json:"barred,omitempty" doc:"What one would expect it to be sent as, and why it cannot"`
	ExpiresAt *time.Time   `json:"expires_at,omitempty" doc:"Until when it may be sent for the first time"`
}

// BarredView says why a file cannot be sent as something.
type BarredView struct {
	Kind   string `json:"kind" enum:"image,video,audio,sticker"`
	Reason string `json:"reason" doc:"Stable" enum:"too_large,pixels,file_type,coding"`
	Limit  int    `json:"limit,omitempty" doc:"Bytes, or pixels"`
	Detail string `json:"detail"`
}

func viewOf(u *uploads.Upload) View {
	v := View{
		ID: string(u.ID), Name: u.Name, Type: u.MIME, Size: u.Size, SHA256: hex.EncodeToString(u.SHA256), Width: u.Width, Height: u.Height,
		Animated: u.Animated, Voice: u.Voice, Kinds: u.Kinds,
	}
	if u.Declared != u.MIME && u.Declared != filetype.Unknown {
		v.Declared = u.Declared
	}
	if !u.Sent() {
		v.ExpiresAt = &u.ExpiresAt
	}
	return v
}

// barred says why a file is not offered as what its type lets one expect.
func barred(file *wa.File) []BarredView {
	var list []BarredView
	for _, kind := range file.Expected() {
		if broken, ok := errors.AsType[*wa.LimitError](file.SendableAs(kind, "file")); ok {
			list = append(list, BarredView{kind, broken.Rule, broken.Limit, broken.Remedy})
		}
	}
	return list
}
