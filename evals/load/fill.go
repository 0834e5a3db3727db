package load

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// copyOf says how the rows of contact 0 become those of contact c: columns that
// differ, as SQL over t (the row) and c.
type copyOf struct {
	table  string
	column string // that holds the contact
	where  string
	differ map[string]string
}

// copies lists the tables that tell of an existing conversation. Addresses are
// those that traffic gives to contact c.
func copies() []copyOf {
	const (
		person = `'load-' || c`
		number = `p.numbers[c % array_length(p.numbers, 1) + 1]`
	)
	return []copyOf{
		{"contact", "id", "true", map[string]string{"id": person}},
		{"alias", "contact_id", "t.kind IN ('phone', 'bsuid') AND NOT t.variant", map[string]string{
			"contact_id": person,
			"value":      `CASE t.kind WHEN 'phone' THEN '4915' || lpad(c::text, 9, '0') ELSE 'DE.' || lpad(c::text, 17, '0') END`,
		}},
		{"event", "contact_id", "true", map[string]string{"contact_id": person, "phone_number_id": number}},
		{"message", "contact_id", "true", map[string]string{
			"contact_id": person, "phone_number_id": number, "id": `'wamid.filled.' || c || '.' || md5(t.id)`,
		}},
		{"conversation", "contact_id", "true", map[string]string{"contact_id": person, "phone_number_id": number}},
	}
}

// fill makes conversations of contacts first to last as copies of the only one
// that there is, contact 0's. Its snapshot names neither person nor number.
func (m *meter) fill(ctx context.Context, numbers []string, first, last int64) error {
	var template string
	err := m.one(ctx, `SELECT contact_id FROM alias WHERE kind = 'phone' AND value = $1`, []any{phone(0)}, &template)
	if err != nil {
		return fmt.Errorf("find the conversation to copy: %w", err)
	}
	tables := copies()
	for i := range tables {
		columns, err := m.columns(ctx, tables[i].table)
		if err != nil {
			return err
		}
		if _, err := m.conn.Exec(ctx, tables[i].statement(columns), first, last, numbers, template); err != nil {
			return fmt.Errorf("fill %s: %w", tables[i].table, err)
		}
		if err := m.vacuum(ctx, tables[i].table); err != nil {
			return err
		}
	}
	return nil
}

func (m *meter) vacuum(ctx context.Context, tables ...string) error {
	if _, err := m.conn.Exec(ctx, "VACUUM (ANALYZE) "+strings.Join(tables, ", ")); err != nil {
		return fmt.Errorf("vacuum: %w", err)
	}
	return nil
}

// statement copies one table. Columns come from the catalogue, so that a new one
// is copied too.
func (c *copyOf) statement(columns []string) string {
	values := slices.Clone(columns)
	for i, column := range columns {
		values[i] = "t." + column
		if text, ok := c.differ[column]; ok {
			values[i] = text
		}
	}
	return "WITH p AS (SELECT $1::bigint AS first, $2::bigint AS last, $3::text[] AS numbers, $4::text AS contact)" +
		" INSERT INTO " + c.table + " (" + strings.Join(columns, ", ") + ") SELECT " + strings.Join(values, ", ") +
		" FROM p, " + c.table + " t, generate_series((SELECT first FROM p), (SELECT last FROM p)) c" +
		" WHERE t." + c.column + " = p.contact AND " + c.where
}

func (m *meter) columns(ctx context.Context, table string) ([]string, error) {
	rows, err := m.conn.Query(ctx, `SELECT quote_ident(attname) FROM pg_attribute
		WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`, table)
	if err != nil {
		return nil, fmt.Errorf("read columns of %s: %w", table, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read columns of %s: %w", table, err)
	}
	return list, nil
}
