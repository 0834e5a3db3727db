package gateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// file lets a contact send a file of a declared type; it returns the conversation.
func (s *site) file(number, contact, wamid string, m wa.Media) string {
	s.t.Helper()
	key := s.inbound(number, contact, wamid+".text", "look")
	content, err := json.Marshal(wa.Content{Kind: wa.KindMedia, Media: &m})
	if err != nil {
		s.t.Fatal(err)
	}
	s.ask(key, &actorpb.ReceiveInbound{
		MessageId: wamid, SentAtMs: s.now.UnixMilli(), ReceivedAtMs: s.now.UnixMilli(), Kind: "media", Content: content,
		TenantId: "t1", TeamId: teamOf(number),
	})
	return key
}

func (s *site) ask(key string, cmd *actorpb.ReceiveInbound) {
	s.t.Helper()
	if answer, err := s.host.ask(s.t.Context(), wa.ConversationKind, key, cmd); err != nil || answer.(*actorpb.Outcome).Refusal != "" {
		s.t.Fatalf("%v, %v", answer, err)
	}
}

// fetched ends the fetching of what is wanted, as the relay does: kept with the
// given content, or failed if it is nil.
func (s *site) fetched(content []byte, reason wa.MediaReason) {
	s.t.Helper()
	files, queue := media.New(s.pool), effects.NewQueue(s.pool, ledger.EffectFile, nil)
	pgtest.Member(s.t, s.pool, "member-1")
	claims, err := queue.Claim(s.t.Context(), "member-1", 10, 10, nil)
	if err != nil || len(claims) == 0 {
		s.t.Fatalf("claimed %d files, %v", len(claims), err)
	}
	for _, c := range claims {
		file, err := ledger.ReadFile(c.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		key := wa.ConversationKey{PhoneNumberID: wa.PhoneNumberID(c.Scope), ContactID: wa.ContactID(c.Grain)}
		a := &media.Attempt{Ref: media.Ref{Key: key, MessageID: wa.MessageID(c.ID)}, File: file, Attempt: c.Attempt}
		told := &actorpb.RecordMedia{MessageId: c.ID, Attempt: c.Attempt, Kept: content != nil, Reason: string(reason), Size: int64(len(content))}
		if content == nil {
			_, err = files.Fail(s.t.Context(), a, reason)
		} else {
			for n := 0; n*media.Piece < len(content); n++ {
				piece := content[n*media.Piece : min(len(content), (n+1)*media.Piece)]
				if err := files.PutPiece(s.t.Context(), a, n, piece); err != nil {
					s.t.Fatal(err)
				}
			}
			_, err = files.Keep(s.t.Context(), a, int64(len(content)))
		}
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err = s.host.ask(s.t.Context(), wa.ConversationKind, key.String(), told); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestMediaIsServedInRanges(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.file("100", "c1", "w1", wa.Media{Type: "audio", ID: "1", MIME: "audio/ogg; codecs=opus"})
	ana.want(404, nil, "GET", path(id, "media", "w1"), nil)
	content := bytes.Repeat([]byte("0123456789abcdef"), media.Piece/16+100)
	s.fetched(content, "")
	get := func(header ...string) (int, http.Header, []byte) {
		answer := ana.call("GET", path(id, "media", "w1"), nil, header...)
		defer answer.Body.Close()
		got, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header, got
	}
	status, header, got := get()
	if status != 200 || !bytes.Equal(got, content) || header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("%d, %d bytes of %d", status, len(got), len(content))
	}
	for name, want := range map[string]string{
		"Content-Type": "audio/ogg", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "Content-Disposition": `inline; filename=whatsapp.ogg`,
		"Cache-Control": "private, max-age=86400, immutable", "Content-Length": fmt.Sprint(len(content)),
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// Over the border of two pieces, at the end, and beyond it.
	border := media.Piece
	for _, c := range []struct {
		ask    string
		status int
		want   []byte
	}{
		{fmt.Sprintf("bytes=%d-%d", border-3, border+4), 206, content[border-3 : border+5]},
		{"bytes=-5", 206, content[len(content)-5:]},
		{fmt.Sprintf("bytes=%d-", len(content)), 416, nil},
	} {
		status, _, got := get("Range", c.ask)
		if status != c.status || c.want != nil && !bytes.Equal(got, c.want) {
			t.Errorf("%s: %d %q", c.ask, status, got)
		}
	}
	if status, _, _ := get("If-None-Match", header.Get("ETag")); status != 304 {
		t.Errorf("unchanged: %d", status)
	}
}

// I10 for files: whoever may not see the conversation does not learn that there is one.
func TestMediaOfOthersIsNotThere(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	id := s.file("100", "c1", "w1", wa.Media{Type: "image", ID: "1", MIME: "image/png"})
	other := s.inbound("200", "c2", "w2", "hello")
	s.fetched([]byte("\x89PNG"), "")
	s.hire("t1", "ana", staff.RoleAgent, "red").want(200, nil, "GET", path(id, "media", "w1"), nil)
	blue := s.hire("t1", "bruno", staff.RoleAgent, "blue")
	blue.want(404, nil, "GET", path(id, "media", "w1"), nil)
	blue.want(404, nil, "GET", path(other, "media", "w1"), nil) // his conversation, another's message
	blue.want(404, nil, "POST", path(id, "media", "w1", "again"), nil)
	s.hire("t2", "zoe", staff.RoleAdmin).want(404, nil, "GET", path(id, "media", "w1"), nil)
	nobody := &person{s: s, url: s.url, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	nobody.want(401, nil, "GET", path(id, "media", "w1"), nil)
}

// What a customer sends runs nowhere: only harmless types are shown.
func TestMediaIsNeverInlineMarkup(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	for n, c := range []struct{ mime, name, wantType, wantDisposition string }{
		{"image/jpeg", "", "image/jpeg", "inline; filename=whatsapp.jpg"},
		{"IMAGE/PNG", "", "image/png", "inline; filename=whatsapp.png"},
		{"video/mp4", "", "video/mp4", "inline; filename=whatsapp.mp4"},
		{"image/svg+xml", "x.svg", "application/octet-stream", "attachment; filename=x.svg"},
		{"text/html", "x.html", "application/octet-stream", "attachment; filename=x.html"},
		{"application/xhtml+xml", "", "application/octet-stream", "attachment; filename=whatsapp"},
		{"audio/<script>", "", "application/octet-stream", "attachment; filename=whatsapp"},
		{"image/png\r\nX-Evil: 1", "", "application/octet-stream", "attachment; filename=whatsapp"},
		{"", "", "application/octet-stream", "attachment; filename=whatsapp"},
		{"application/pdf", "../../etc/\"passwd\u202e.pdf", "application/pdf", "attachment; filename=_.._etc__passwd_.pdf"},
		{"application/pdf", "tabela de preços.pdf", "application/pdf", "attachment; filename*=utf-8''tabela%20de%20pre%C3%A7os.pdf"},
	} {
		wamid := fmt.Sprint("w", n)
		id := s.file("100", fmt.Sprint("c", n), wamid, wa.Media{Type: "document", ID: "1", MIME: c.mime, FileName: c.name})
		s.fetched([]byte("<svg onload=alert(1)>"), "")
		answer := ana.call("GET", path(id, "media", wamid), nil)
		_ = answer.Body.Close()
		if got := answer.Header.Get("Content-Type"); answer.StatusCode != 200 || got != c.wantType {
			t.Errorf("%q: %d, served as %q, want %q", c.mime, answer.StatusCode, got, c.wantType)
		}
		got := answer.Header.Get("Content-Disposition")
		if got != c.wantDisposition {
			t.Errorf("%q %q: %q, want %q", c.mime, c.name, got, c.wantDisposition)
		}
		if c.name != "" && strings.ContainsAny(got, "\u202e/\\") {
			t.Errorf("%q: the name is a path or turns around: %q", c.name, got)
		}
		saved := ana.call("GET", path(id, "media", wamid)+"?download=1", nil)
		_ = saved.Body.Close()
		if got := saved.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
			t.Errorf("%q to save: %q", c.mime, got)
		}
	}
}

// Viewers see the picture come, and what failed wanted again.
func TestMediaShowsWithoutReload(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.file("100", "c1", "w1", wa.Media{Type: "image", ID: "1", MIME: "image/png"})
	type page struct {
		Version uint64
		Items   []struct {
			Message struct {
				ID    string
				Media *struct {
					State, Reason string
					Size          int
					Again         bool
				}
			}
		}
	}
	stored := func() (p page) {
		ana.want(200, &p, "GET", path(id, "messages"), nil)
		return p
	}
	p := stored()
	if len(p.Items) != 2 || p.Items[0].Message.Media != nil || p.Items[1].Message.Media.State != "wanted" {
		t.Fatalf("before the fetch %+v", p)
	}
	w := ana.open()
	w.subscribe("conversation:"+id, body{"offset": p.Version})
	s.fetched(nil, wa.MediaUnavailable)
	if f := w.next("thread", "row"); len(f.Items) != 1 || f.Items[0].Type != "media" || f.Items[0].Media.State != "failed" || !f.Items[0].Media.Again {
		t.Errorf("after a failed fetch %+v", f)
	}
	if m := stored().Items[1].Message.Media; m.State != "failed" || m.Reason != "unavailable" || !m.Again {
		t.Errorf("stored after a failed fetch %+v", m)
	}
	ana.want(202, nil, "POST", path(id, "media", "w1", "again"), nil)
	ana.want(422, nil, "POST", path(id, "media", "w1", "again"), nil) // it is wanted already
	s.fetched([]byte("\x89PNG"), "")
	if f := w.next("thread", "row"); len(f.Items) != 1 || f.Items[0].Media.State != "kept" {
		t.Errorf("after the fetch %+v", f)
	}
	if m := stored().Items[1].Message.Media; m.State != "kept" || m.Size != 4 {
		t.Errorf("stored after the fetch %+v", m)
	}
	s.file("100", "c1", "w3", wa.Media{Type: "image", MIME: "image/png"}) // Meta names no file
	if p := stored(); p.Items[3].Message.Media != nil {
		t.Errorf("a file that nobody can fetch: %+v", p.Items[3].Message.Media)
	}
}
