package pgtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
)

// Exec runs a statement that must succeed.
func Exec(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// Count reads the one number that a query gives.
func Count(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) (n int64) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// WAL is how many bytes of log the server has written.
func WAL(t testing.TB, pool *pgxpool.Pool) int64 {
	t.Helper()
	return Count(t, pool, `SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint`)
}

// CPU is the processor time of the server and its children, in ticks of 10 ms.
func CPU(b testing.TB, pool *pgxpool.Pool) int64 {
	b.Helper()
	var backend int
	if err := pool.QueryRow(context.Background(), `SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		b.Fatal(err)
	}
	postmaster, _ := stat(strconv.Itoa(backend))
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		b.Skip("no /proc here: processor time cannot be read")
	}
	var sum int64
	for _, s := range stats {
		pid := filepath.Base(filepath.Dir(s))
		parent, ticks := stat(pid)
		if parent == postmaster || pid == postmaster {
			sum += ticks
		}
	}
	return sum
}

func stat(pid string) (parent string, ticks int64) {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return "", 0 // it has ended meanwhile
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return fields[1], user + system
}

// Migrate brings the database behind a URL to the newest schema, as whoever serves it
// would.
func Migrate(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer pool.Close()
	return persistence.Migrate(ctx, pool)
}
