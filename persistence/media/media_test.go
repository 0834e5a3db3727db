package media_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

var wantedAt = time.Now().UTC().Truncate(time.Microsecond)

// pictured is an append of a message with a file.
func pictured(k wa.ConversationKey, decidedOn uint64, id string) *ledger.Append {
	a := storetest.Inbound(k, decidedOn, id)
	a.Row.TenantID, a.Row.TeamID = "acme", "sales"
	f := ledger.File{MediaID: "m-" + id, MIME: "image/png", SHA256: "c3Vt", Name: "a.png", WantedAt: wantedAt}
	ref := ledger.EffectRef{Kind: ledger.EffectFile, Scope: string(k.PhoneNumberID), ID: id, Attempt: 1}
	a.Effects = []ledger.Effect{{EffectRef: ref, NotBefore: wantedAt, Body: f.Body()}}
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

// claimMedia takes up to limit files, as the relay does.
func claimMedia(t *testing.T, pool *pgxpool.Pool, limit int) []media.Attempt {
	t.Helper()
	pgtest.Member(t, pool, "member-1")
	claimed, err := effects.NewQueue(pool, ledger.EffectFile, nil).Claim(t.Context(), "member-1", limit, limit, nil)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]media.Attempt, len(claimed))
	for n, c := range claimed {
		file, err := ledger.ReadFile(c.Body)
		if err != nil {
			t.Fatal(err)
		}
		key := wa.ConversationKey{PhoneNumberID: wa.PhoneNumberID(c.Scope), ContactID: wa.ContactID(c.Grain)}
		list[n] = media.Attempt{Ref: media.Ref{Key: key, MessageID: wa.MessageID(c.ID)}, File: file, Attempt: c.Attempt}
	}
	return list
}

// finish is the relay noting that an attempt has ended.
func finish(t *testing.T, pool *pgxpool.Pool, a *media.Attempt) {
	t.Helper()
	ended := effects.Ended{EffectRef: ledger.EffectRef{
		Kind: ledger.EffectFile, Scope: string(a.Key.PhoneNumberID), ID: string(a.MessageID), Attempt: a.Attempt,
	}, Outcome: []byte("told")}
	if err := effects.NewQueue(pool, ledger.EffectFile, nil).Finish(t.Context(), "member-1", []effects.Ended{ended}); err != nil {
		t.Fatal(err)
	}
}

// I6: the wish for a file commits with its message, once, or not at all.
func TestWantedMediaCommitsWithItsMessage(t *testing.T) {
	t.Parallel()
	j, _, _, pool, k := wanted(t)
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE (kind, state, grain, id) = (2, 0, 'c1', 'w1')`); n != 1 {
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
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect`); n != 2 {
		t.Errorf("%d files in all; want those of w1 and w3", n)
	}
}

func TestMediaIsKeptInPieces(t *testing.T) {
	t.Parallel()
	_, files, inbox, pool, k := wanted(t)
	claims := claimMedia(t, pool, 10)
	want := media.Attempt{
		Ref:     media.Ref{Key: k, MessageID: "w1"},
		File:    ledger.File{MediaID: "m-w1", MIME: "image/png", SHA256: "c3Vt", Name: "a.png", WantedAt: wantedAt},
		Attempt: 1,
	}
	if len(claims) != 1 {
		t.Fatalf("claimed %d files; want 1", len(claims))
	}
	c := claims[0]
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("claim (-want +got):\n%s", diff)
	}
	if again := claimMedia(t, pool, 10); len(again) != 0 {
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
	status, err := inbox.Media(t.Context(), k, []wa.MessageID{"w1"})
	if err != nil || len(status) != 1 || status[0].State != media.Kept || status[0].Size != size {
		t.Errorf("status %+v, %v", status, err)
	}
	if got, kept, err := files.Size(t.Context(), c.Ref); got != size || !kept || err != nil {
		t.Errorf("size %d, %t, %v", got, kept, err)
	}
	pgtest.Exec(t, pool, `UPDATE media SET changed_at = now() - interval '10 days'`)
	if n, err := files.Drop(t.Context(), "acme", 11*24*time.Hour, 10); n != 0 || err != nil {
		t.Errorf("dropped %d too early, %v", n, err)
	}
	if n, err := files.Drop(t.Context(), "other", 9*24*time.Hour, 10); n != 0 || err != nil {
		t.Errorf("dropped %d that are another's, %v", n, err)
	}
	if n, err := files.Drop(t.Context(), "acme", 9*24*time.Hour, 10); n != 1 || err != nil {
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
	late := claimMedia(t, pool, 1)[0]
	pgtest.Exec(t, pool, `UPDATE effect SET changed_at = now() - interval '2 min'`) // its lease ran out
	if n, _, err := effects.NewQueue(pool, ledger.EffectFile, nil).Sweep(t.Context(), nil, time.Minute, 10); n != 1 || err != nil {
		t.Fatalf("released %d, %v", n, err)
	}
	next := claimMedia(t, pool, 1)[0]
	for _, put := range []struct {
		c    media.Attempt
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

func TestFailedMediaMayBeWantedAgain(t *testing.T) {
	t.Parallel()
	_, media, inbox, pool, k := wanted(t)
	scope := persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"sales"}}
	again := func(scope persistence.Scope) error { return inbox.WantMediaAgain(t.Context(), scope, k, "w1") }
	if err := again(scope); !errors.Is(err, persistence.ErrRefused) {
		t.Errorf("again while it is wanted = %v; want ErrRefused", err)
	}
	c := claimMedia(t, pool, 1)[0]
	if failed, err := media.Fail(t.Context(), &c, wa.MediaUnavailable); !failed || err != nil {
		t.Fatalf("fail = %v, %v", failed, err)
	}
	finish(t, pool, &c)
	if err := again(persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"billing"}}); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("again by another team = %v; want ErrNotFound", err)
	}
	if err := again(scope); err != nil {
		t.Errorf("again = %v", err)
	}
	// What Meta denied may have been the token's fault; but not for ever.
	c = claimMedia(t, pool, 1)[0]
	if failed, err := media.Fail(t.Context(), &c, wa.MediaGone); !failed || err != nil {
		t.Fatalf("fail = %v, %v", failed, err)
	}
	for _, tried := range []struct {
		times int
		want  error
	}{{50, persistence.ErrRefused}, {int(c.Attempt), nil}} {
		pgtest.Exec(t, pool, `UPDATE media SET attempt = $1`, tried.times)
		if err := again(scope); !errors.Is(err, tried.want) {
			t.Errorf("again after %d tries = %v; want %v", tried.times, err, tried.want)
		}
	}
	c = claimMedia(t, pool, 1)[0]
	if _, err := media.Fail(t.Context(), &c, wa.MediaTooLarge); err != nil {
		t.Fatal(err)
	}
	if err := again(scope); !errors.Is(err, persistence.ErrRefused) {
		t.Errorf("again though it is too large = %v; want ErrRefused", err)
	}
	// A new token wants again what may have failed for the old one.
	for _, failed := range []struct {
		reason wa.MediaReason
		want   int
	}{{wa.MediaTooLarge, 0}, {wa.MediaUnavailable, 1}} {
		reason, want := failed.reason, failed.want
		pgtest.Exec(t, pool, `UPDATE media SET reason = $1`, reason)
		if err := media.Resume(t.Context(), storetest.Number); err != nil {
			t.Fatal(err)
		}
		if n := len(claimMedia(t, pool, 1)); n != want {
			t.Errorf("resumed %d files that were %s; want %d", n, reason, want)
		}
	}
}

// What somebody wants again is told of once it has ended again, not of the failure
// before, which the conversation may not have recorded yet.
func TestFileWantedAgainIsToldOfItsNextEnd(t *testing.T) {
	t.Parallel()
	_, files, inbox, pool, k := wanted(t)
	scope := persistence.Scope{TenantID: "acme", Teams: []wa.TeamID{"sales"}}
	c := claimMedia(t, pool, 1)[0]
	if failed, err := files.Fail(t.Context(), &c, wa.MediaUnavailable); !failed || err != nil {
		t.Fatalf("fail = %v, %v", failed, err)
	}
	finish(t, pool, &c)
	if err := inbox.WantMediaAgain(t.Context(), scope, k, "w1"); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE (state, attempt) = (0, 2)`); n != 1 {
		t.Errorf("%d effects wait; want the second attempt", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE state > 1`); n != 0 {
		t.Errorf("%d failures are still to be told", n)
	}
	again := claimMedia(t, pool, 1)[0]
	if diff := cmp.Diff(c.File, again.File); diff != "" {
		t.Errorf("another file is wanted (-want +got):\n%s", diff)
	}
	if age, err := files.OldestWanted(t.Context()); err != nil || age < 0 || age > time.Since(wantedAt)+time.Minute {
		t.Errorf("the oldest waits for %v, %v", age, err)
	}
}
