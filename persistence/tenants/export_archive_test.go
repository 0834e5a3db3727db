package tenants_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// secretWord stands in each column that opens something.
const secretWord = "sesamopensbc41"

// An export holds what a tenant has, summed and counted, nothing of another, and no secret.
func TestExport(t *testing.T) {
	t.Parallel()
	pool, _, all := open(t)
	for _, m := range []string{leaves, stays} {
		if _, err := pool.Exec(t.Context(), strings.ReplaceAll(rowsSQL, "{m}", m)); err != nil {
			t.Fatal(err)
		}
	}
	// Whatever is named like a secret, or is sealed, is one, unless it is known to be none.
	columns, err := persistence.Collect(t.Context(), pool, "list secrets", pgx.RowTo[[]string], `
SELECT ARRAY[c.table_name, c.column_name] FROM information_schema.columns c
JOIN pg_class r ON r.relname = c.table_name AND r.relnamespace = 'public'::regnamespace AND NOT r.relispartition
WHERE c.table_schema = 'public' AND c.column_name ~ 'sealed|secret|hash|csrf' AND c.data_type = 'bytea'
    AND c.table_name NOT IN ('erased', 'operator_key', 'installation_audit')`)
	if err != nil || len(columns) < 12 {
		t.Fatal(columns, err)
	}
	for _, c := range columns {
		pgtest.Exec(t, pool, `UPDATE `+c[0]+` SET `+c[1]+` = convert_to($1 || md5(ctid::text), 'UTF8') WHERE `+c[1]+` IS NOT NULL`, secretWord)
	}
	pgtest.Exec(t, pool, `UPDATE staff SET password_hash = $1 || id`, secretWord)

	var file bytes.Buffer
	manifest, err := all.Export(t.Context(), leaves, &file)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if contents[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{secretWord, hex.EncodeToString([]byte(secretWord)), stays, hex.EncodeToString([]byte(stays))} {
			if bytes.Contains(contents[f.Name], []byte(word)) {
				t.Errorf("%s holds %s", f.Name, word)
			}
		}
	}
	var read tenants.Manifest
	if err := json.Unmarshal(contents["manifest.json"], &read); err != nil || read.Tenant != leaves || len(read.Tables) != len(manifest.Tables) {
		t.Errorf("manifest %+v, %v", read, err)
	}
	sum := func(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }
	rows := map[string]int64{}
	for _, table := range read.Tables {
		text := contents[table.Entry]
		if sum(text) != table.SHA256 || int64(bytes.Count(text, []byte("\n"))) != table.Rows {
			t.Errorf("%s: %+v", table.Table, table)
		}
		for line := range bytes.Lines(text) {
			if !json.Valid(line) {
				t.Errorf("%s: %s", table.Table, line)
			}
		}
		rows[table.Table] = table.Rows
	}
	for table, want := range map[string]int64{
		"tenant": 1, "staff": 2, "message": 50, "conversation": 50, "contact": 50, "phone_number": 2, "audit": 41, "event": 50, "api_key": 1,
	} {
		if rows[table] != want {
			t.Errorf("%s: %d rows, want %d", table, rows[table], want)
		}
	}
	if len(read.Files) != 2 || read.Files[0].MessageID == "" || read.Files[1].Upload == "" {
		t.Fatalf("files %+v; want a customer's and an uploaded one", read.Files)
	}
	for _, f := range read.Files {
		if text := contents[f.Entry]; sum(text) != f.SHA256 || string(text) != leaves {
			t.Errorf("%+v: %q", f, text)
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = 'tenant.exported'`, leaves); n != 1 {
		t.Errorf("%d lines of it in the audit", n)
	}

	file.Reset()
	if _, err := all.Export(t.Context(), "nobody", &file); !errors.Is(err, persistence.ErrNotFound) || file.Len() != 0 {
		t.Errorf("nobody: %v, %d bytes", err, file.Len())
	}
	if err := all.Close(t.Context(), leaves, "closed", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := all.Erase(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if _, err := all.Export(t.Context(), leaves, &file); !errors.Is(err, tenants.ErrState) || file.Len() != 0 {
		t.Errorf("one that is being erased: %v, %d bytes", err, file.Len())
	}
}
