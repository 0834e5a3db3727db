package uploads_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// put stores a file of a text.
func put(t *testing.T, files *uploads.Uploads, by, text string) *uploads.Upload {
	t.Helper()
	u := &uploads.Upload{TenantID: "acme", By: by, Name: "a.txt", Declared: "text/plain"}
	if err := files.Begin(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Get(t.Context(), "acme", u.ID); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("one that is coming in is there: %v", err)
	}
	if err := files.PutPiece(t.Context(), u, 0, []byte(text)); err != nil {
		t.Fatal(err)
	}
	u.MIME, u.Size, u.SHA256, u.Kinds = "text/plain", int64(len(text)), []byte(text), []string{"document"}
	if err := files.Keep(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u
}

func gone(t *testing.T, files *uploads.Uploads, u *uploads.Upload) bool {
	t.Helper()
	_, err := files.Get(t.Context(), u.TenantID, u.ID)
	if err != nil && !errors.Is(err, persistence.ErrNotFound) {
		t.Fatal(err)
	}
	return err != nil
}

func use(t *testing.T, pool *pgxpool.Pool, u *uploads.Upload) {
	t.Helper()
	pgtest.Exec(t, pool, `INSERT INTO upload_use (phone_number_id, message_id, contact_id, tenant_id, upload_id) VALUES ('1', $2, 'c', $1, $2)`, u.TenantID, u.ID)
	pgtest.Exec(t, pool, `UPDATE upload SET expires_at = NULL WHERE id = $1`, u.ID)
}

// What is not sent goes after a day, what is sent when the tenant keeps files no longer,
// and what is shared when nobody needs it.
func TestLifeOfAnUpload(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	files := uploads.New(pool)
	unsent, sent, shared := put(t, files, "ana", "1"), put(t, files, "ana", "2"), put(t, files, "ana", "3")
	use(t, pool, sent)
	if err := files.Share(t.Context(), "acme", "bruno", shared.ID); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("another's is shared: %v", err)
	}
	if err := files.Share(t.Context(), "acme", "ana", shared.ID); err != nil {
		t.Fatal(err)
	}
	age := func(d time.Duration) {
		pgtest.Exec(t, pool, `UPDATE upload SET expires_at = expires_at - $1::interval, created_at = created_at - $1::interval`, d)
	}
	age(uploads.UnsentLife)
	// Who has seen it a moment ago may be committing that it is sent.
	if n, err := files.Sweep(t.Context(), 10); n != 0 || err != nil || !gone(t, files, unsent) {
		t.Errorf("swept %d at once, %v", n, err)
	}
	age(time.Hour + time.Minute)
	if n, err := files.Sweep(t.Context(), 10); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want the unsent one", n, err)
	}
	for tenant, want := range map[wa.TenantID]int{"other": 0, "acme": 1} {
		if n, err := files.Drop(t.Context(), tenant, 24*time.Hour, 10); n != want || err != nil {
			t.Errorf("dropped %d of %s, %v; want %d", n, tenant, err, want)
		}
	}
	if !gone(t, files, sent) || gone(t, files, shared) {
		t.Error("what was sent is to be dropped, what is shared to stay")
	}
	if err := files.Unshare(t.Context(), "acme", shared.ID); err != nil {
		t.Fatal(err)
	}
	age(time.Hour + time.Minute)
	if n, err := files.Sweep(t.Context(), 10); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want the one that was shared", n, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM upload_chunk`); n != 0 {
		t.Errorf("%d pieces are left", n)
	}
}

func TestDiscardingAnUpload(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	files := uploads.New(pool)
	unsent, sent := put(t, files, "ana", "1"), put(t, files, "ana", "2")
	use(t, pool, sent)
	for _, c := range []struct {
		tenant wa.TenantID
		by     string
		id     wa.UploadID
		want   error
	}{
		{"other", "ana", unsent.ID, persistence.ErrNotFound},
		{"acme", "bruno", unsent.ID, persistence.ErrNotFound},
		{"acme", "ana", sent.ID, persistence.ErrRefused},
		{"acme", "ana", unsent.ID, nil},
		{"acme", "ana", unsent.ID, persistence.ErrNotFound},
	} {
		if err := files.Discard(t.Context(), c.tenant, c.by, c.id); !errors.Is(err, c.want) {
			t.Errorf("%s of %s discards %s: %v; want %v", c.by, c.tenant, c.id, err, c.want)
		}
	}
	if part, err := files.Part(t.Context(), "acme", sent.ID, 0, 0, 9); string(part) != "2" || err != nil {
		t.Errorf("%q, %v", part, err)
	}
	if _, err := files.Part(t.Context(), "acme", unsent.ID, 0, 0, 9); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("a piece of a discarded one: %v", err)
	}
}
