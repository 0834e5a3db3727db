package command

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// exportTenant writes an archive of a tenant, which has its name only once it is whole.
func exportTenant(ctx context.Context, o office) error {
	var out string
	id, err := o.flags(true, func(set *flag.FlagSet) {
		set.StringVar(&out, "out", "", "file to be made, a zip archive")
	})
	if err != nil {
		return err
	}
	if out == "" {
		return fmt.Errorf("%w: -out is missing: the file to be made", engine.ErrConfig)
	}
	if _, err := os.Lstat(out); err == nil {
		return fmt.Errorf("%w: -out: %s is there already\nremedy: remove it or name another", engine.ErrConfig, out)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: -out: %w", engine.ErrConfig, err)
	}
	part, err := os.OpenFile(out+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%w: -out: %w", engine.ErrConfig, err)
	}
	m, err := writeExport(ctx, o, id, part)
	if err != nil {
		_ = os.Remove(part.Name()) // it is of no use, and said below
		return o.done(ctx, id, err)
	}
	if err := os.Rename(part.Name(), out); err != nil {
		return fmt.Errorf("name the archive: %w", err)
	}
	var rows int64
	for _, t := range m.Tables {
		rows += t.Rows
	}
	fmt.Fprintf(o.stdout, "%s (%s) is exported to %s: %d rows of %d tables, %d files.\n", m.Tenant, m.Name, out, rows, len(m.Tables), len(m.Files))
	return nil
}

func writeExport(ctx context.Context, o office, id wa.TenantID, part *os.File) (tenants.Manifest, error) {
	buffered := bufio.NewWriterSize(part, 1<<20)
	m, err := o.Export(ctx, id, buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = part.Sync()
	}
	return m, errors.Join(err, part.Close())
}
