package files

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/filetype"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// serveThumb answers with the small picture of a picture. It is made by whoever asks
// first; what cannot be made smaller is not there, and is not tried again.
func (f *Files) serveThumb(w http.ResponseWriter, r *http.Request, s *stored) error {
	picture, made, err := s.thumb(r.Context())
	if err == nil && !made {
		picture, err = f.makeThumb(r, s)
	}
	if err != nil {
		return err
	}
	if len(picture) == 0 {
		return problem.New(code.NotFound, "there is no small picture of this file")
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.Itoa(len(picture)))
	h.Set("ETag", `"thumb-`+strconv.FormatInt(s.size, 10)+"-"+s.version+`"`)
	harmless(h)
	_, _ = w.Write(picture) //nolint:gosec // a JPEG that we drew; the client may be gone
	return nil
}

// makeThumb makes it, one at a time in this process: a picture takes some hundred
// megabytes while it is open. Who waited may find that another has made it.
func (f *Files) makeThumb(r *http.Request, s *stored) ([]byte, error) {
	select {
	case f.drawing <- struct{}{}:
		defer func() { <-f.drawing }()
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if picture, made, err := s.thumb(r.Context()); made || err != nil {
		return picture, err
	}
	picture, err := filetype.Thumb(s.reader(nil, r))
	if err != nil && !errors.Is(err, filetype.ErrNoThumb) {
		return nil, err
	}
	if err := s.keepThumb(r.Context(), picture); err != nil {
		f.log.WarnContext(r.Context(), "small picture not kept", "error", err)
	}
	return picture, nil
}
