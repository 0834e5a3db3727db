package media_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// pictured is an append of a message with a file.
func pictured(k wa.ConversationKey, decidedOn uint64, id string) *ledger.Append {
	a := storetest.Inbound(k, decidedOn, id)
	a.Row.TenantID, a.Row.TeamID = "acme", "sales"
	a.Media = []ledger.WantedMedia{{
		MessageID: wa.MessageID(id), MediaID: "m-" + id, MIME: "image/png", SHA256: "c3Vt", FileName: "a.png",
	}}
	return a
}

// wanted is a registered number with one message that has a file.
func wanted(t *testing.T) (*journal.Journal, *media.Media, *inbox.Inbox, *pgxpool.Pool, wa.ConversationKey) {
	t.Helper()
	j, pool := storetest.Journal(t)
	storetest.Registered(t, pool)
	k := wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: "c1"}
	if _, err := j.Append(t.Context(), pictured(k, 0, "w1")); err != nil {
		t.Fatal(err)
	}
	return j, media.New(pool), inbox.New(pool), pool, k
}

func claimMedia(t *testing.T, m *media.Media, limit int) []media.Claimed {
	t.Helper()
	list, err := m.Claim(t.Context(), "member-1", limit, limit, time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// I6: the wish for a file commits with its message, once, or not at all.
func TestWantedMediaCommitsWithItsMessage(t *testing.T) {
	t.Parallel()
	j, _, _, pool, k := wanted(t)
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM media WHERE state = 'wanted' AND contact_id = 'c1' AND media_id = 'm-w1'`); n != 1 {
		t.Errorf("%d files wanted; want 1", n)
	}
	if _, err := j.Append(t.Context(), pictured(k, 0, "w2")); !errors.Is(err, persistence.ErrConflict) {
		t.Errorf("stale append = %v; want ErrConflict", err)
	}
	// Delivered again, perhaps in one lot with another's: known, not poison.
	other := wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: "c2"}
	fresh := make(chan error, 1)
	go func() {
		_, err := j.Append(t.Context(), pictured(other, 0, "w3"))
		fresh <- err
	}()
	if _, err := j.Append(t.Context(), pictured(k, 1, "w1")); !errors.Is(err, persistence.ErrDuplicate) {
		t.Errorf("the same message again = %v; want ErrDuplicate", err)
	}
	if err := <-fresh; err != nil {
		t.Error(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM media`); n != 2 {
		t.Errorf("%d files in all; want those of w1 and w3", n)
	}
}

func TestMediaIsKeptInPieces(t *testing.T) {
	t.Parallel()
	j, files, inbox, pool, k := wanted(t)
	claims := claimMedia(t, files, 10)
	want := media.Claimed{
		Ref: media.Ref{Key: k, MessageID: "w1"}, MediaID: "m-w1", MIME: "image/png", SHA256: "c3Vt", Attempt: 1,
	}
	if len(claims) != 1 {
		t.Fatalf("claimed %d files; want 1", len(claims))
	}
	c := claims[0]
	want.Age = c.Age
	if diff := cmp.Diff(want, c); diff != "" || c.Age < 0 {
		t.Errorf("claim (-want +got):\n%s", diff)
	}
	if again := claimMedia(t, files, 10); len(again) != 0 {
		t.Errorf("claimed twice: %v", again)
	}
	whole := bytes.Repeat([]byte("0123456789abcdef"), media.Piece/16)
	for n, piece := range [][]byte{whole, whole, []byte("end")} {
		if err := files.PutPiece(t.Context(), &c, n, piece); err != nil {
			t.Fatal(err)
		}
	}
	scope := persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"sales"}}
	if _, err := inbox.OpenMedia(t.Context(), scope, k, "w1"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("opened before it was kept: %v", err)
	}
	size := int64(2*media.Piece + 3)
	if kept, err := files.Keep(t.Context(), &c, size); !kept || err != nil {
		t.Fatalf("keep = %v, %v", kept, err)
	}
	file, err := inbox.OpenMedia(t.Context(), scope, k, "w1")
	if err != nil || file.Size != size || file.MIME != "image/png" || file.Name != "a.png" {
		t.Fatalf("file %+v, %v", file, err)
	}
	for _, part := range []struct {
		n, offset, length int
		want              string
	}{{0, 0, 4, "0123"}, {1, media.Piece - 2, 10, "ef"}, {2, 1, 100, "nd"}} {
		if got, err := inbox.MediaPart(t.Context(), &file, part.n, part.offset, part.length); err != nil || string(got) != part.want {
			t.Errorf("piece %d from %d = %q, %v; want %q", part.n, part.offset, got, err, part.want)
		}
	}
	for name, scope := range map[string]persistence.Scope{
		"another team": {TenantID: "acme", Teams: []wa.TeamID{"billing"}}, "another tenant": {TenantID: "other", AllTeams: true},
	} {
		if _, err := inbox.OpenMedia(t.Context(), scope, k, "w1"); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("%s opens the file: %v", name, err)
		}
	}
	status, err := j.Media(t.Context(), storetest.Number, "w1")
	if err != nil || status.State != media.MediaKept || status.Told || status.Size != size {
		t.Errorf("status %+v, %v", status, err)
	}
	pgtest.Exec(t, pool, `UPDATE media SET changed_at = now() - interval '10 days'`)
	if n, err := files.Drop(t.Context(), 11*24*time.Hour, 10); n != 0 || err != nil {
		t.Errorf("dropped %d too early, %v", n, err)
	}
	if n, err := files.Drop(t.Context(), 9*24*time.Hour, 10); n != 1 || err != nil {
		t.Errorf("dropped %d, %v; want 1", n, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM media_chunk`); n != 0 {
		t.Errorf("%d pieces of a dropped file", n)
	}
}

// A fetch that came back after its lease must not mix its pieces with those of
// the next.
func TestLateFetchIsFencedOff(t *testing.T) {
	t.Parallel()
	_, files, inbox, pool, k := wanted(t)
	late := claimMedia(t, files, 1)[0]
	pgtest.Exec(t, pool, `UPDATE media SET next_try = now() - interval '1 s'`) // its lease ran out
	next := claimMedia(t, files, 1)[0]
	for _, put := range []struct {
		c    media.Claimed
		text string
	}{{late, "old"}, {next, "new"}} {
		if err := files.PutPiece(t.Context(), &put.c, 0, []byte(put.text)); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := files.Keep(t.Context(), &next, 3); !kept || err != nil {
		t.Fatalf("keep = %v, %v", kept, err)
	}
	if kept, err := files.Keep(t.Context(), &late, 3); kept || err != nil {
		t.Errorf("the late one is kept: %v, %v", kept, err)
	}
	if failed, err := files.Fail(t.Context(), &late, wa.MediaGone); failed || err != nil {
		t.Errorf("the late one fails it: %v, %v", failed, err)
	}
	file, err := inbox.OpenMedia(t.Context(), persistence.Scope{TenantID: "acme", AllTeams: true}, k, "w1")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := inbox.MediaPart(t.Context(), &file, 0, 0, 9); string(got) != "new" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM media_chunk`); n != 1 {
		t.Errorf("%d pieces left; want 1", n)
	}
}

func TestMediaClaimsAreSharedByNumbers(t *testing.T) {
	t.Parallel()
	_, media, _, pool, _ := wanted(t)
	pgtest.Exec(t, pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display, name, sealed_token)
		SELECT 'second', tenant_id, account_id, team_id, '+2', '', sealed_token FROM phone_number`)
	pgtest.Exec(t, pool, `INSERT INTO media (phone_number_id, message_id, contact_id, media_id, mime, sha256, file_name, next_try)
		SELECT n, n || i, 'c', 'm', '', '', '', now() - interval '1 h' + i * interval '1 s'
		FROM unnest(ARRAY[$1, 'second']) n, generate_series(1, 20) i WHERE n <> 'second' OR i <= 2`, storetest.Number)
	list, err := media.Claim(t.Context(), "member-1", 8, 4, time.Minute, map[wa.PhoneNumberID]int{storetest.Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := map[wa.PhoneNumberID]int{}
	for _, c := range list {
		got[c.Key.PhoneNumberID]++
	}
	if want := (map[wa.PhoneNumberID]int{storetest.Number: 3, "second": 2}); !cmp.Equal(got, want) {
		t.Errorf("claimed %v; want %v", got, want)
	}
}

func TestFailedMediaMayBeWantedAgain(t *testing.T) {
	t.Parallel()
	_, media, inbox, pool, k := wanted(t)
	scope := persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"sales"}}
	again := func(scope persistence.Scope) error { return inbox.WantMediaAgain(t.Context(), scope, k, "w1") }
	if err := again(scope); !errors.Is(err, persistence.ErrRefused) {
		t.Errorf("again while it is wanted = %v; want ErrRefused", err)
	}
	c := claimMedia(t, media, 1)[0]
	if failed, err := media.Fail(t.Context(), &c, wa.MediaUnavailable); !failed || err != nil {
		t.Fatalf("fail = %v, %v", failed, err)
	}
	if err := again(persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"billing"}}); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("again by another team = %v; want ErrNotFound", err)
	}
	if err := again(scope); err != nil {
		t.Errorf("again = %v", err)
	}
	// What Meta denied may have been the token's fault; but not for ever.
	c = claimMedia(t, media, 1)[0]
	if failed, err := media.Fail(t.Context(), &c, wa.MediaGone); !failed || err != nil {
		t.Fatalf("fail = %v, %v", failed, err)
	}
	for _, tried := range []struct {
		times int
		want  error
	}{{50, persistence.ErrRefused}, {int(c.Attempt), nil}} {
		pgtest.Exec(t, pool, `UPDATE media SET tries = $1`, tried.times)
		if err := again(scope); !errors.Is(err, tried.want) {
			t.Errorf("again after %d tries = %v; want %v", tried.times, err, tried.want)
		}
	}
	c = claimMedia(t, media, 1)[0]
	if _, err := media.Fail(t.Context(), &c, wa.MediaTooLarge); err != nil {
		t.Fatal(err)
	}
	if err := again(scope); !errors.Is(err, persistence.ErrRefused) {
		t.Errorf("again though it is too large = %v; want ErrRefused", err)
	}
	// A new token wants again what may have failed for the old one.
	for reason, want := range map[wa.MediaReason]int{wa.MediaTooLarge: 0, wa.MediaUnavailable: 1} {
		pgtest.Exec(t, pool, `UPDATE media SET state = 'failed', reason = $1`, reason)
		if err := media.Resume(t.Context(), storetest.Number); err != nil {
			t.Fatal(err)
		}
		if n := len(claimMedia(t, media, 1)); n != want {
			t.Errorf("resumed %d files that were %s; want %d", n, reason, want)
		}
	}
}

func TestMediaIsToldUntilRecorded(t *testing.T) {
	t.Parallel()
	j, files, _, pool, k := wanted(t)
	c := claimMedia(t, files, 1)[0]
	if err := files.PutPiece(t.Context(), &c, 0, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Keep(t.Context(), &c, 1); err != nil {
		t.Fatal(err)
	}
	untold := func() []media.Ref {
		pgtest.Exec(t, pool, `UPDATE media SET next_try = now() - interval '1 s'`)
		refs, err := files.Untold(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		return refs
	}
	if got := untold(); !slices.Equal(got, []media.Ref{c.Ref}) {
		t.Errorf("untold %v", got)
	}
	a := storetest.Inbound(k, 1)
	a.Events = []ledger.Event{{Type: "MediaRecorded", At: time.Now(), Body: []byte{}}}
	a.MediaTold = []wa.MessageID{"w1"}
	if _, err := j.Append(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if got := untold(); len(got) != 0 {
		t.Errorf("told again after it was recorded: %v", got)
	}
}

// A claim lives as long as its member, and is another's at once after it; what the
// dead one still ends counts for nothing.
func TestMediaOfTheDeadIsReleased(t *testing.T) {
	t.Parallel()
	_, files, _, pool, _ := wanted(t)
	pgtest.Member(t, pool, "member-1")
	dead := claimMedia(t, files, 1)[0]
	released := func(lost ...string) int {
		n, err := files.Release(t.Context(), lost, 10)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := released() + released("another"); n != 0 || len(claimMedia(t, files, 1)) != 0 {
		t.Errorf("%d files released of a member that lives", n)
	}
	pgtest.Exec(t, pool, `UPDATE member SET renewed_at = now() - interval '5 s'`)
	if n := released("member-1"); n != 1 {
		t.Errorf("%d files released of a member that is lost; want 1", n)
	}
	again := claimMedia(t, files, 1)
	if len(again) != 1 || again[0].Attempt != dead.Attempt+1 {
		t.Fatalf("claimed %+v; want the next attempt", again)
	}
	if kept, err := files.Keep(t.Context(), &dead, 1); kept || err != nil {
		t.Errorf("the dead one kept the file: %v, %v", kept, err)
	}
	pgtest.Exec(t, pool, `DELETE FROM member`)
	if n := released(); n != 1 {
		t.Errorf("%d files released of a member without a lease; want 1", n)
	}
	last := claimMedia(t, files, 1)[0]
	if failed, err := files.Fail(t.Context(), &last, wa.MediaGone); !failed || err != nil {
		t.Fatalf("fail = %v, %v", failed, err)
	}
	if n := released(); n != 0 {
		t.Errorf("%d files released that are over", n)
	}
}
