package persistence_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Every column of bytes is either known to hold what is sealed, or known to hold
// something else: one that is on neither list would be lost when the key is changed.
func TestEverySealedColumnIsKnown(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	known := map[string]bool{
		"installation.key_check": true, // by which a key is known; the rotation begins with it
		// Hashes, bodies, snapshots and files.
		"api_key.key_hash": false, "invitation.token_hash": false, "password_reset.token_hash": false, "session.token_hash": false,
		"conversation.snapshot": false, "event.body": false, "stream.snapshot": false, "stream_event.body": false,
		"intake.body": false, "intake_problem.raw": false, "effect.body": false, "effect.outcome": false,
		"media_chunk.bytes": false, "media.thumb": false, "upload_chunk.bytes": false, "upload.thumb": false,
		"upload.sha256": false, "upload_media.sha256": false, "recovery_code.code_hash": false, "signin_step.token_hash": false,
		"operator_key.key_hash": false, "erased.tenant_hash": false, "erased_object.object_hash": false,
	}
	for _, c := range persistence.SealedColumns() {
		known[c.Table+"."+c.Column] = true
	}
	found, err := persistence.Collect(t.Context(), pool, "list columns", pgx.RowTo[string], `
SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
JOIN pg_class r ON r.relname = c.table_name AND r.relnamespace = 'public'::regnamespace AND NOT r.relispartition
WHERE c.table_schema = 'public' AND c.data_type = 'bytea' ORDER BY 1`)
	if err != nil || len(found) < 10 {
		t.Fatal(found, err)
	}
	for _, column := range found {
		if _, ok := known[column]; !ok {
			t.Errorf("%s holds bytes: if a Sealer made them, put it into SealedColumns, else into the list of this test", column)
		}
	}
	for column, sealed := range known {
		if !slices.Contains(found, column) {
			t.Errorf("%s (sealed: %v) is listed, and there is no such column", column, sealed)
		}
	}
}
