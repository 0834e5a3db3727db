package tenants

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Manifest says what an export holds; it is the archive's last entry, manifest.json.
type Manifest struct {
	Format  int             `json:"format"` // 1
	Tenant  wa.TenantID     `json:"tenant"`
	Name    string          `json:"name"`
	TakenAt time.Time       `json:"taken_at"` // all rows and files are as they were then
	Tables  []ExportedTable `json:"tables"`
	Files   []ExportedFile  `json:"files"`
}

// ExportedTable is an entry with the rows of a table, one JSON object a line.
type ExportedTable struct {
	Table   string   `json:"table"`
	Entry   string   `json:"entry"`
	Rows    int64    `json:"rows"`
	SHA256  string   `json:"sha256"`
	LeftOut []string `json:"left_out"` // columns: secrets, and hashes of secrets
}

// ExportedFile is an entry with a file: a customer's, of a message, or one that was
// uploaded to be sent, of which the table upload_use tells the messages.
type ExportedFile struct {
	Entry     string           `json:"entry"`
	Number    wa.PhoneNumberID `json:"phone_number_id,omitempty"`
	MessageID wa.MessageID     `json:"message_id,omitempty"`
	Upload    wa.UploadID      `json:"upload_id,omitempty"`
	Mime      string           `json:"mime"`
	FileName  string           `json:"file_name"`
	Size      int64            `json:"size"`
	SHA256    string           `json:"sha256"`
}

// unexported are tables of tenants that an export leaves out: what opens something, what
// is derived from the rest, what is under way; files have entries of their own.
func unexported() []string {
	return []string{
		"session", "password_reset", "recovery_code", "second_factor", "signin_step", "connection_draft",
		"message_search", "conversation_search", "change_log", "follower_problem", "media_chunk", "upload_chunk",
	}
}

// secretColumns are those of a table that no export holds.
func secretColumns(table string) []string {
	list := map[string][]string{"staff": {"password_hash"}, "invitation": {"token_hash"}, "api_key": {"key_hash"}}[table]
	for _, c := range persistence.SealedColumns() {
		if c.Table == table {
			list = append(list, c.Column)
		}
	}
	return slices.Clip(list)
}

// Export writes all that belongs to a tenant into w as a zip archive, as of one moment:
// rows as JSON, the files of customers, and a Manifest at the end. Secrets and their
// hashes are never in it. That it was done is a line of the tenant's audit, written
// before the first byte. Errors: ErrNotFound, ErrState of one that is being erased;
// then nothing was written. An archive without its end is none.
func (s *Tenants) Export(ctx context.Context, id wa.TenantID, w io.Writer) (Manifest, error) {
	err := s.change(ctx, "export tenant", id, func(tx pgx.Tx, t Tenant) error {
		return tell(ctx, tx, audit.TenantExported, id, t.Name, nil, nil)
	})
	if err != nil {
		return Manifest{}, err
	}
	e := export{zip: zip.NewWriter(w), Manifest: Manifest{Format: 1, Tenant: id, Tables: []ExportedTable{}, Files: []ExportedFile{}}}
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, s.pool, options, func(tx pgx.Tx) error { return e.all(ctx, tx) })
	if err == nil {
		err = e.zip.Close()
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("export tenant: %w", err)
	}
	return e.Manifest, nil
}

// export is one being written.
type export struct {
	Manifest
	zip                           *zip.Writer
	numbers, accounts, portfolios []string
}

func (e *export) all(ctx context.Context, tx pgx.Tx) error {
	const read = `
SELECT t.name, now(), ARRAY(SELECT id FROM phone_number WHERE tenant_id = t.id), ARRAY(SELECT id FROM account WHERE tenant_id = t.id),
    ARRAY(SELECT id FROM portfolio WHERE tenant_id = t.id)
FROM tenant t WHERE t.id = $1`
	if err := tx.QueryRow(ctx, read, e.Tenant).Scan(&e.Name, &e.TakenAt, &e.numbers, &e.accounts, &e.portfolios); err != nil {
		return err
	}
	if err := e.table(ctx, tx, holding{"tenant", `id = $1`}); err != nil {
		return err
	}
	for _, h := range owned() {
		if slices.Contains(unexported(), h.table) {
			continue
		}
		if err := e.table(ctx, tx, h); err != nil {
			return err
		}
	}
	if err := e.files(ctx, tx); err != nil {
		return err
	}
	if err := e.uploads(ctx, tx); err != nil {
		return err
	}
	out, err := e.zip.Create("manifest.json")
	if err != nil {
		return err
	}
	text := json.NewEncoder(out)
	text.SetIndent("", "  ")
	return text.Encode(e.Manifest)
}

// summed is an entry that counts and sums what is written.
type summed struct {
	out  io.Writer
	hash hash.Hash
	size int64
}

func (e *export) entry(name string) (*summed, error) {
	out, err := e.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.TakenAt})
	return &summed{out, sha256.New(), 0}, err
}

func (s *summed) Write(b []byte) (int, error) {
	s.hash.Write(b) // never fails (hash.Hash)
	s.size += int64(len(b))
	return s.out.Write(b)
}

func (s *summed) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }

// table writes the rows that the tenant has in a table.
func (e *export) table(ctx context.Context, tx pgx.Tx, h holding) error {
	t := ExportedTable{Table: h.table, Entry: "tables/" + h.table + ".ndjson", LeftOut: append([]string{}, secretColumns(h.table)...)}
	out, err := e.entry(t.Entry)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, known+`SELECT (to_jsonb(x) - $5::text[])::text FROM `+pgx.Identifier{h.table}.Sanitize()+` x WHERE `+h.of,
		e.Tenant, e.numbers, e.accounts, e.portfolios, t.LeftOut)
	if err != nil {
		return fmt.Errorf("read %s: %w", h.table, err)
	}
	defer rows.Close()
	var line []byte
	for rows.Next() {
		line = append(append(line[:0], rows.RawValues()[0]...), '\n') // what the driver lends is not to be grown
		if _, err := out.Write(line); err != nil {
			return err
		}
		t.Rows++
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", h.table, err)
	}
	t.SHA256 = out.sum()
	e.Tables = append(e.Tables, t)
	return nil
}

// filePage is how many files are listed at a time.
const filePage = 500

// files writes the files of customers, which are kept in pieces.
func (e *export) files(ctx context.Context, tx pgx.Tx) error {
	const list = `
SELECT phone_number_id, message_id, mime, file_name, attempt FROM media
WHERE phone_number_id = ANY ($1) AND state = 'kept' AND (phone_number_id, message_id) > ($2, $3)
ORDER BY phone_number_id, message_id LIMIT $4`
	type kept struct {
		Number         wa.PhoneNumberID
		MessageID      wa.MessageID
		Mime, FileName string
		Attempt        int32
	}
	var last kept
	for {
		rows, err := tx.Query(ctx, list, e.numbers, last.Number, last.MessageID, filePage)
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		page, err := pgx.CollectRows(rows, pgx.RowToStructByPos[kept])
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		for i := range page {
			last = page[i]
			// No name of a customer's or of Meta's becomes a path.
			f := ExportedFile{
				Entry:  fmt.Sprintf("files/%08d", len(e.Files)+1),
				Number: last.Number, MessageID: last.MessageID, Mime: last.Mime, FileName: last.FileName,
			}
			const pieces = `SELECT bytes FROM media_chunk WHERE phone_number_id = $1 AND message_id = $2 AND attempt = $3 ORDER BY n`
			if err := e.file(ctx, tx, &f, pieces, f.Number, f.MessageID, last.Attempt); err != nil {
				return err
			}
		}
		if len(page) < filePage {
			return nil
		}
	}
}

// uploads writes the files that people and programs uploaded.
func (e *export) uploads(ctx context.Context, tx pgx.Tx) error {
	const list = `SELECT id, mime, name FROM upload WHERE tenant_id = $1 AND state = 1 AND id > $2 ORDER BY id LIMIT $3`
	for last := wa.UploadID(""); ; {
		rows, err := tx.Query(ctx, list, e.Tenant, last, filePage)
		if err != nil {
			return fmt.Errorf("list uploads: %w", err)
		}
		page, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f ExportedFile, err error) {
			err = row.Scan(&f.Upload, &f.Mime, &f.FileName)
			return f, err
		})
		if err != nil {
			return fmt.Errorf("list uploads: %w", err)
		}
		for i := range page {
			f := &page[i]
			f.Entry, last = fmt.Sprintf("files/%08d", len(e.Files)+1), f.Upload
			const pieces = `SELECT bytes FROM upload_chunk WHERE tenant_id = $1 AND upload_id = $2 ORDER BY n`
			if err := e.file(ctx, tx, f, pieces, e.Tenant, f.Upload); err != nil {
				return err
			}
		}
		if len(page) < filePage {
			return nil
		}
	}
}

// file writes the pieces that a statement reads.
func (e *export) file(ctx context.Context, tx pgx.Tx, f *ExportedFile, pieces string, args ...any) error {
	out, err := e.entry(f.Entry)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, pieces, args...)
	if err != nil {
		return fmt.Errorf("read a file: %w", err)
	}
	var piece pgtype.DriverBytes
	_, err = pgx.ForEachRow(rows, []any{&piece}, func() error {
		_, err := out.Write(piece)
		return err
	})
	if err != nil {
		return fmt.Errorf("read a file: %w", err)
	}
	f.Size, f.SHA256 = out.size, out.sum()
	e.Files = append(e.Files, *f)
	return nil
}
