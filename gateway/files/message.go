package files

import (
	"context"
	"errors"
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// GetOfMessage streams the file of a message, a customer's or ours, to whoever may see the
// conversation.
func (f *Files) GetOfMessage(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, id, err := namedFile(r)
	if err != nil {
		return err
	}
	file, err := f.inbox.OpenMedia(r.Context(), who.Person.Scope(), key, id)
	if errors.Is(err, persistence.ErrNotFound) {
		sent, err := f.uploads.OfMessage(r.Context(), who.Person.Scope(), key, id)
		if err != nil {
			return err
		}
		return f.serve(w, r, f.uploaded(&sent))
	}
	if err != nil {
		return err
	}
	return f.serve(w, r, &stored{
		mime: file.MIME, name: file.Name, version: file.Version(), size: file.Size,
		part: func(ctx context.Context, n, offset, length int) ([]byte, error) {
			return f.inbox.MediaPart(ctx, &file, n, offset, length)
		},
		thumb:     func(ctx context.Context) ([]byte, bool, error) { return f.inbox.Thumb(ctx, &file) },
		keepThumb: func(ctx context.Context, picture []byte) error { return f.inbox.KeepThumb(ctx, &file, picture) },
	})
}

// uploaded is an upload as it is served.
func (f *Files) uploaded(u *uploads.Upload) *stored {
	return &stored{
		mime: u.MIME, name: u.Name, version: string(u.ID), size: u.Size,
		part: func(ctx context.Context, n, offset, length int) ([]byte, error) {
			return f.uploads.Part(ctx, u.TenantID, u.ID, n, offset, length)
		},
		thumb: func(ctx context.Context) ([]byte, bool, error) { return f.uploads.Thumb(ctx, u.TenantID, u.ID) },
		keepThumb: func(ctx context.Context, picture []byte) error {
			return f.uploads.KeepThumb(ctx, u.TenantID, u.ID, picture)
		},
	}
}

// FetchAgain has the relay try once more for a file that failed.
func (f *Files) FetchAgain(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, id, err := namedFile(r)
	if err != nil {
		return err
	}
	err = f.inbox.WantMediaAgain(r.Context(), who.Person.Scope(), key, id)
	if errors.Is(err, persistence.ErrRefused) {
		return problem.New(code.NotApplied, "the file is not failed, or trying again is pointless")
	}
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusAccepted, view.Media{MessageID: string(id), State: string(media.Wanted)})
}

// namedFile is the message that a path names.
func namedFile(r *http.Request) (wa.ConversationKey, wa.MessageID, error) {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	id := r.PathValue("mid")
	if err != nil || !rest.Storable(id) {
		return key, "", problem.New(code.NotFound, "")
	}
	return key, wa.MessageID(id), nil
}
