package tenants

import (
	"errors"
	"net/http"
	"time"
)

// exportStall is how long the reader of an export may let it wait.
const exportStall = time.Minute

// download is an answer whose head leaves with its first byte: until then the request
// can still fail in words.
type download struct {
	w     http.ResponseWriter
	now   func() time.Time
	begun bool
}

func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		d.w.Header().Set("Content-Type", "application/zip")
		d.w.Header().Set("Content-Disposition", `attachment; filename="tenant.zip"`)
		d.w.Header().Set("X-Content-Type-Options", "nosniff")
		d.w.Header().Set("Cache-Control", "no-store")
	}
	// The server's own write time-out is for answers, not for archives.
	err := http.NewResponseController(d.w).SetWriteDeadline(d.now().Add(exportStall))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return d.w.Write(b)
}

// export streams all that a tenant has.
func (h *Handlers) export(w http.ResponseWriter, r *http.Request) error {
	out := &download{w: w, now: h.cfg.Now}
	_, err := h.cfg.Tenants.Export(r.Context(), tenantInPath(r), out)
	switch {
	case err == nil:
		return nil
	case !out.begun:
		return failed(err)
	}
	h.cfg.Logger.Error("the export of a tenant broke off", "error", err)
	panic(http.ErrAbortHandler) // the head has left: a cut answer is what tells the caller
}
