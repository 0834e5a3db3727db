package files

import (
	"errors"
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// Get streams an upload to whoever uploaded it, and to those who see a conversation in
// which it was sent. What it is stands in the headers of the answer to HEAD, too.
func (f *Files) Get(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	u, err := f.Find(r, who)
	if err != nil {
		return err
	}
	return f.serve(w, r, f.uploaded(&u))
}

// Find is the upload that a path names, if he who asks may see it. An auditor reads
// what was sent in its conversation, where his reading is noted.
func (f *Files) Find(r *http.Request, who staff.Session) (uploads.Upload, error) {
	id := wa.UploadID(r.PathValue("upload"))
	if !rest.Storable(string(id)) {
		return uploads.Upload{}, problem.New(code.NotFound, "")
	}
	u, err := f.uploads.Get(r.Context(), who.Person.TenantID, id)
	if err != nil || u.By == party(&who.Person) {
		return u, err
	}
	if who.Person.Role != staff.RoleAuditor {
		used, err := f.uploads.UsedIn(r.Context(), who.Person.Scope(), id)
		if used || err != nil {
			return u, err
		}
	}
	return uploads.Upload{}, problem.New(code.NotFound, "")
}

// Delete removes an upload of one's own that was not sent.
func (f *Files) Delete(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id := wa.UploadID(r.PathValue("upload"))
	if !rest.Storable(string(id)) {
		return problem.New(code.NotFound, "")
	}
	err := f.uploads.Discard(r.Context(), who.Person.TenantID, party(&who.Person), id)
	if errors.Is(err, persistence.ErrRefused) {
		p := problem.New(code.InUse, "a message sends it")
		p.Remedy = "it goes with its messages"
		return p
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
