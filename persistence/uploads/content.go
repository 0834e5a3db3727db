package uploads

import (
	"context"
	"io"
)

// Content reads an upload from its beginning to its end, with one piece in memory. It ends
// with the context. Its error is that of Part.
func (s *Uploads) Content(ctx context.Context, u *Upload) io.Reader {
	return &content{ctx: ctx, from: s, of: u}
}

type content struct {
	ctx  context.Context //nolint:containedctx // of the one reading that it is made for
	from *Uploads
	of   *Upload
	at   int64
	part []byte // what was read and not yet handed on
}

func (c *content) Read(b []byte) (int, error) {
	if c.at >= c.of.Size {
		return 0, io.EOF
	}
	if len(c.part) == 0 {
		part, err := c.from.Part(c.ctx, c.of.TenantID, c.of.ID, int(c.at/Piece), 0, Piece)
		if err != nil {
			return 0, err
		}
		if len(part) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		c.part = part
	}
	n := copy(b, c.part)
	c.part, c.at = c.part[n:], c.at+int64(n)
	return n, nil
}
