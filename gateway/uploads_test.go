package gateway_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// upload is one as the API shows it, or why there is none.
type upload struct {
	ID, Name, Type, Declared, SHA256 string
	Size                             int64
	Width, Height                    int
	Voice                            bool
	Kinds                            []string
	Barred                           []struct {
		Kind, Reason string
		Limit        int
	}
	ExpiresAt *time.Time `json:"expires_at"`

	Code, Field, Reason, Detail, Remedy string
	Limit                               int
}

// send uploads a content, of which a type and a name are said.
func (b *person) send(status int, content io.Reader, declared, query string) (u upload) {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), "POST", b.url+"/api/v1/uploads?"+query, content)
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("X-CSRF-Token", b.csrf)
	r.Header.Set("Origin", b.url)
	r.Header.Set("Content-Type", declared)
	answer, err := b.http.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		b.s.t.Fatalf("upload: status %d, want %d, %v: %s", answer.StatusCode, status, err, text)
	}
	if err := json.Unmarshal(text, &u); err != nil {
		b.s.t.Fatalf("upload: %v: %s", err, text)
	}
	return u
}

// fetch reads a file as a browser does.
func (b *person) fetch(path string, header ...string) (status int, h http.Header, content []byte) {
	b.s.t.Helper()
	answer := b.call("GET", path, nil, header...)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, content
}

func drawn(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	_, _ = rand.NewChaCha8([32]byte{}).Read(img.Pix) // what cannot be packed, and is always the same
	img.Set(0, 0, color.RGBA{R: 255, A: 255})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestUpload(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana, bruno := s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "bruno", staff.RoleAdmin)
	content := drawn(t, 800, 700) // of more than one piece
	if len(content) < uploads.Piece {
		t.Fatalf("%d bytes are too few", len(content))
	}
	u := ana.send(201, bytes.NewReader(content), "image/png", "name="+url.QueryEscape("../../pedido\u202e nº 7.png"))
	if u.ExpiresAt == nil || time.Until(*u.ExpiresAt) < 23*time.Hour {
		t.Errorf("expires at %v", u.ExpiresAt)
	}
	u.ExpiresAt = nil
	want := upload{
		ID: u.ID, Name: "pedido nº 7.png", Type: "image/png", SHA256: u.SHA256, Size: int64(len(content)), Width: 800, Height: 700,
		Kinds: []string{"image", "document"},
	}
	if diff := cmp.Diff(want, u); diff != "" || len(u.ID) != 16 || len(u.SHA256) != 64 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	at := "/api/v1/uploads/" + u.ID
	status, header, got := ana.fetch(at)
	if status != 200 || !bytes.Equal(got, content) || header.Get("Content-Type") != "image/png" {
		t.Errorf("%d, %d bytes, %v", status, len(got), header)
	}
	status, _, got = ana.fetch(at, "Range", fmt.Sprintf("bytes=%d-%d", uploads.Piece-2, uploads.Piece+1))
	if status != 206 || !bytes.Equal(got, content[uploads.Piece-2:uploads.Piece+2]) {
		t.Errorf("%d, %d bytes of a range", status, len(got))
	}
	for range 2 { // made, then kept
		status, header, got = ana.fetch(at + "?thumb=1")
		small, kind, err := image.DecodeConfig(bytes.NewReader(got))
		if status != 200 || kind != "jpeg" || err != nil || small.Width != 640 || header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("small picture: %d, %s, %v, %v", status, kind, small, err)
		}
	}
	if n := pgtest.Count(t, s.pool, `SELECT count(*) FROM upload WHERE length(thumb) > 0`); n != 1 {
		t.Errorf("%d small pictures are kept", n)
	}
	// It is nobody else's before it is sent.
	for _, other := range []*person{bruno, s.hire("t2", "zoe", staff.RoleAdmin), s.hire("t1", "rui", staff.RoleAuditor)} {
		other.want(404, nil, "GET", at, nil)
		if status := other.status("DELETE", at, nil); status != 404 && status != 403 {
			t.Errorf("another removes it: %d", status)
		}
	}
	ana.want(204, nil, "DELETE", at, nil)
	ana.want(404, nil, "DELETE", at, nil)
	ana.want(404, nil, "GET", at, nil)
	if n := pgtest.Count(t, s.pool, `SELECT count(*) FROM upload_chunk`); n != 0 {
		t.Errorf("%d pieces of a removed one", n)
	}
}

// A form is taken as well, and a program's key is a party of its own.
func TestUploadByForm(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	program := s.program(makeKey(root, "own", nil, "read", "write").Secret)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("messaging_product", "whatsapp")
	part, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="a.csv"`}, "Content-Type": {"text/csv"}})
	_, _ = part.Write([]byte("a;b\n"))
	_ = w.Close()
	u := program.send(201, &form, w.FormDataContentType(), "")
	if u.Name != "a.csv" || u.Type != "text/csv" || u.Size != 4 {
		t.Errorf("%+v", u)
	}
	program.want(200, nil, "HEAD", "/api/v1/uploads/"+u.ID, nil)
	root.want(404, nil, "GET", "/api/v1/uploads/"+u.ID, nil)
	reading := s.program(makeKey(root, "own", nil, "read").Secret)
	if p := reading.send(403, strings.NewReader("x"), "text/plain", ""); p.Code != "forbidden" {
		t.Errorf("a key that only reads: %+v", p)
	}
	if p := program.send(400, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--x--"), "multipart/form-data; boundary=x", ""); p.Field != "file" {
		t.Errorf("a form without a file: %+v", p)
	}
}

// endless is a body of so many bytes that says nothing.
type endless struct{ left int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), e.left)
	e.left -= n
	return int(n), nil
}

// Files that break a limit, lie, or could do something: refused or defused, and said so.
func TestUploadsThatAreRefusedOrDefused(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	for name, c := range map[string]struct {
		content         io.Reader
		declared, query string
		status          int
		code, reason    string
		limit           int
	}{
		"0 bytes":              {strings.NewReader(""), "image/png", "", 422, "bad_content", "empty", 1},
		"101 MB":               {&endless{101 << 20}, "application/zip", "", 413, "too_large", "too_large", 100 << 20},
		"a picture over 5 MB":  {io.MultiReader(bytes.NewReader(drawn(t, 8, 8)), &endless{6 << 20}), "image/png", "kind=image", 422, "bad_content", "too_large", 5 << 20},
		"SVG as a picture":     {strings.NewReader("<svg/>"), "image/png", "kind=image", 422, "bad_content", "file_type", 0},
		"a kind that is none":  {strings.NewReader("x"), "", "kind=voice", 400, "bad_request", "", 0},
		"a small sticker":      {strings.NewReader("RIFF\x00\x00\x00\x00WEBPVP8X" + strings.Repeat("\x00", 30)), "", "kind=sticker", 422, "bad_content", "pixels", 512},
		"a film that is words": {strings.NewReader("hello"), "video/mp4", "kind=video", 422, "bad_content", "file_type", 0},
	} {
		p := ana.send(c.status, c.content, c.declared, c.query)
		if p.Code != c.code || p.Reason != c.reason || p.Limit != c.limit || p.Field == "" || p.Detail == "" || p.Remedy == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if n := pgtest.Count(t, s.pool, `SELECT (SELECT count(*) FROM upload) + (SELECT count(*) FROM upload_chunk)`); n != 0 {
		t.Errorf("%d rows of refused files are left", n)
	}

	// What could run is kept as a document, and served as bytes that do nothing.
	svg := ana.send(201, strings.NewReader("<svg onload='alert(1)'/>"), "image/png", "name=logo.png")
	if svg.Type != "image/svg+xml" || svg.Declared != "image/png" || strings.Join(svg.Kinds, " ") != "document" {
		t.Errorf("%+v", svg)
	}
	status, header, _ := ana.fetch("/api/v1/uploads/" + svg.ID)
	if status != 200 || header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") ||
		header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v", status, header)
	}
	ana.want(404, nil, "GET", "/api/v1/uploads/"+svg.ID+"?thumb=1", nil)

	// A picture that WhatsApp does not take is offered as a document, and why.
	large := ana.send(201, io.MultiReader(bytes.NewReader(drawn(t, 8, 8)), &endless{6 << 20}), "image/png", "")
	if strings.Join(large.Kinds, " ") != "document" || len(large.Barred) != 1 || large.Barred[0].Kind != "image" || large.Barred[0].Limit != 5<<20 {
		t.Errorf("%+v", large)
	}
}

// A connection that breaks off leaves nothing.
func TestUploadThatBreaksOff(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	broken := errors.New("the cable is out")
	r, err := http.NewRequestWithContext(t.Context(), "POST", ana.url+"/api/v1/uploads?name=a", io.MultiReader(&endless{uploads.Piece + 5}, failing{broken}))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-CSRF-Token", ana.csrf)
	if answer, err := ana.http.Do(r); err == nil {
		_ = answer.Body.Close()
		t.Fatalf("answered %d", answer.StatusCode)
	}
	await.Eventually(t, "nothing is left", await.Is(0, func() int64 {
		return pgtest.Count(t, s.pool, `SELECT (SELECT count(*) FROM upload) + (SELECT count(*) FROM upload_chunk)`)
	}))
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Who sees a conversation sees what was sent in it; a customer's pictures have small ones, too.
func TestSentFilesAreSeenWhereTheyWereSent(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana, eva := s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "eva", staff.RoleAgent, "red")
	blue := s.hire("t1", "bruno", staff.RoleAgent, "blue")
	content := drawn(t, 20, 10)
	u := ana.send(201, bytes.NewReader(content), "image/png", "name=a.png")
	id := s.inbound("100", "c1", "w1", "hello")
	pgtest.Exec(t, s.pool, `INSERT INTO upload_use (phone_number_id, message_id, contact_id, tenant_id, upload_id) VALUES ('100', 'm1', 'c1', 't1', $1)`, u.ID)
	pgtest.Exec(t, s.pool, `UPDATE upload SET expires_at = NULL`)
	for _, at := range []string{"/api/v1/uploads/" + u.ID, path(id, "media", "m1")} {
		for _, who := range []*person{ana, eva} {
			status, header, got := who.fetch(at)
			if status != 200 || !bytes.Equal(got, content) || header.Get("Content-Disposition") != "inline; filename=a.png" {
				t.Errorf("%s: %d, %v", at, status, header)
			}
		}
		if status, _, _ := eva.fetch(at + "?thumb=1"); status != 200 {
			t.Errorf("%s, small: %d", at, status)
		}
		blue.want(404, nil, "GET", at, nil)
	}
	var p struct{ Code string }
	ana.want(409, &p, "DELETE", "/api/v1/uploads/"+u.ID, nil)
	if p.Code != "in_use" {
		t.Errorf("%+v", p)
	}

	theirs := s.file("100", "c2", "w2", wa.Media{Type: "image", ID: "1", MIME: "image/png"})
	s.fetched(drawn(t, 1000, 10), "")
	for range 2 {
		_, _, got := ana.fetch(path(theirs, "media", "w2") + "?thumb=1")
		if small, _, err := image.DecodeConfig(bytes.NewReader(got)); err != nil || small.Width != 640 {
			t.Errorf("small picture of a customer's: %v, %v", small, err)
		}
	}
	blue.want(404, nil, "GET", path(theirs, "media", "w2")+"?thumb=1", nil)
}

// Uploads that nobody sends do not pile up.
func TestUnsentUploadsAreBounded(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	ana.send(201, strings.NewReader("one"), "text/plain", "")
	pgtest.Exec(t, s.pool, `INSERT INTO upload (tenant_id, id, by_id, name, declared, mime, expires_at)
		SELECT 't1', 'u' || n, $1, '', '', '', now() + interval '1 h' FROM generate_series(2, $2) n`, ana.id, uploads.MaxUnsent)
	if p := ana.send(429, strings.NewReader("more"), "text/plain", ""); p.Code != "too_many_uploads" || p.Limit != uploads.MaxUnsent {
		t.Errorf("%+v", p)
	}
	pgtest.Exec(t, s.pool, `UPDATE upload SET expires_at = now() - interval '2 h'`)
	files := uploads.New(s.pool)
	if n, err := files.Sweep(t.Context(), 1000); n != uploads.MaxUnsent || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	ana.send(201, strings.NewReader("more"), "text/plain", "")
	if _, err := files.Get(t.Context(), "t1", "u2"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("a swept one: %v", err)
	}
}

// What a browser records becomes a voice message: Ogg, as WhatsApp plays it.
func TestUploadOfARecording(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	recording, err := os.ReadFile("voice/testdata/chromium.webm")
	if err != nil {
		t.Fatal(err)
	}
	u := ana.send(201, bytes.NewReader(recording), "audio/webm;codecs=opus", "voice=1&name=voice.webm")
	if u.Type != "audio/ogg" || !u.Voice || u.Kinds[0] != "audio" || u.Name != "voice.ogg" {
		t.Errorf("%+v", u)
	}
	_, _, ogg := ana.fetch("/api/v1/uploads/" + u.ID)
	if !bytes.HasPrefix(ogg, []byte("OggS")) || len(ogg) > len(recording) {
		t.Errorf("%d bytes of %d: %.4s", len(ogg), len(recording), ogg)
	}
	cluster := bytes.Index(recording, []byte{0x1f, 0x43, 0xb6, 0x75}) // the first element with sound
	for name, c := range map[string]struct {
		content []byte
		reason  string
	}{
		"cut off": {recording[:len(recording)-5], "coding"}, "words": {[]byte("hello"), "coding"},
		"without sound": {recording[:cluster], "empty"}, "too large": {make([]byte, 17<<20), "too_large"},
	} {
		if p := ana.send(422, bytes.NewReader(c.content), "audio/webm", "voice=1"); p.Reason != c.reason || p.Field != "file" || p.Remedy == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if n := pgtest.Count(t, s.pool, `SELECT count(*) FROM upload`); n != 1 {
		t.Errorf("%d uploads are kept", n)
	}
}
