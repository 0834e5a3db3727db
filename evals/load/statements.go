package load

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// statement is what a server has counted of one statement since it started.
type statement struct {
	text  string
	calls int64
	ms    float64 // planned and run, waits for locks and for the disk included
	wal   float64 // bytes
}

// countStatements asks for pg_stat_statements where the server has it loaded; one
// that was not told to load it tells totals only.
func (m *meter) countStatements(ctx context.Context) error {
	err := m.one(ctx, `SELECT current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%'`, nil, &m.counting)
	if err != nil || !m.counting {
		return err
	}
	if _, err := m.conn.Exec(ctx, `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`); err != nil {
		return fmt.Errorf("count statements: %w", err)
	}
	return nil
}

// statements reads the counts of this database by the id of the statement.
func (m *meter) statements(ctx context.Context) (map[string]statement, error) {
	if !m.counting {
		return nil, nil
	}
	rows, err := m.conn.Query(ctx, `SELECT queryid::text || toplevel, min(query), sum(calls)::bigint,
			sum(total_plan_time + total_exec_time), sum(wal_bytes)::float8
		FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid AND datname = current_database() GROUP BY 1`)
	if err != nil {
		return nil, fmt.Errorf("read statements: %w", err)
	}
	found := make(map[string]statement)
	var id string
	var s statement
	_, err = pgx.ForEachRow(rows, []any{&id, &s.text, &s.calls, &s.ms, &s.wal}, func() error {
		found[id] = s
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read statements: %w", err)
	}
	return found, nil
}

// statementsTold is how many lines the table of statements has.
const statementsTold = 24

// whereItGoes notes which statements the server ran between two readings, those
// that took longest first: for each of n things how often, how long and what WAL.
// Their times do not add up to the server's processor time: they hold waits, and
// not what a connection takes to read and to answer.
func (r reading) whereItGoes(into *Result, thing string, after reading, n int64) {
	if r.statements == nil || n == 0 {
		return
	}
	var list []statement
	for id, s := range after.statements {
		was := r.statements[id]
		s.calls, s.ms, s.wal = s.calls-was.calls, s.ms-was.ms, s.wal-was.wal
		if s.calls > 0 {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b statement) int {
		return cmp.Or(cmp.Compare(b.ms, a.ms), strings.Compare(a.text, b.text))
	})
	into.note("calls, µs and B of WAL of a %s, by statement:", thing)
	for _, s := range list[:min(len(list), statementsTold)] {
		into.note("%7.3f %7.1f %7.0f  %s", float64(s.calls)/float64(n), s.ms*1e3/float64(n), s.wal/float64(n), short(s.text))
	}
}

// short is the beginning of a statement in one line.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	const most = 100
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
