package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	maxSettingNote = 500           // characters
	maxSeenVersion = math.MaxInt32 // as the store counts; no document comes near
)

// Setting answers for one kind of document of the caller's tenant. A kind that is
// configured over the API is a field of Handlers, a line in settingDocs, one in the
// routes, and the types that describe it.
type Setting[B setting.Body] struct {
	docs *config.Documents
	kind func(setting.Kinds) setting.Kind[B]
}

// settingView is one version of a document.
type settingView[B setting.Body] struct {
	Version       int64       `json:"version" doc:"From 1; 0: nothing was published, the default of the installation holds"`
	Settings      B           `json:"settings"`
	EffectiveFrom *time.Time  `json:"effective_from,omitempty" doc:"When all members switch to it: three seconds after it was published"`
	By            *view.Party `json:"by,omitempty"`
	Note          string      `json:"note,omitempty"`
	CreatedAt     *time.Time  `json:"created_at,omitempty"`
}

// settingList are versions of a document, the newest first.
type settingList[B setting.Body] struct {
	Versions []settingView[B] `json:"versions"`
}

// settingBody publishes a version. Settings stay as they came: the kind reads them.
type settingBody[B any] struct {
	SeenVersion int64  `json:"seen_version" doc:"The newest version that the author has seen; 0: none"`
	Settings    B      `json:"settings" doc:"A field that is left out has the installation's default"`
	Note        string `json:"note" required:"false" doc:"Why; at most 500 characters"`
}

// The types of the kinds, as the API's description names them.
type (
	mediaSettingView settingView[setting.Media]
	mediaSettingBody settingBody[setting.Media]
	mediaSettingList struct {
		Versions []mediaSettingView `json:"versions"`
	}
	noticesSettingView settingView[setting.Notices]
	noticesSettingBody settingBody[setting.Notices]
	noticesSettingList struct {
		Versions []noticesSettingView `json:"versions"`
	}
	signInSettingView settingView[setting.SignIn]
	signInSettingBody settingBody[setting.SignIn]
	signInSettingList struct {
		Versions []signInSettingView `json:"versions"`
	}
)

// Get shows the newest version, which may be about to hold, or the one that held or is
// to hold at a time.
func (s *Setting[B]) Get(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if s.docs == nil {
		return problem.New(code.NotFound, "")
	}
	kind := s.kind(s.docs.Kinds())
	var found []config.Document
	if text := r.URL.Query().Get("at"); text == "" {
		list, err := s.docs.History(r.Context(), who.Person.TenantID, kind.Name(), 0, 1)
		if err != nil {
			return err
		}
		found = list
	} else {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || at.Year() < 1 || at.Year() > 9999 {
			return problem.Field("at", "want a time such as 2026-01-31T12:00:00Z")
		}
		doc, err := s.docs.At(r.Context(), who.Person.TenantID, kind.Name(), at)
		switch {
		case err == nil:
			found = []config.Document{doc}
		case !errors.Is(err, persistence.ErrNotFound):
			return err
		}
	}
	if len(found) == 0 {
		return rest.Write(w, http.StatusOK, settingView[B]{Settings: kind.Default()})
	}
	shown, err := s.view(&found[0])
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, shown)
}

// History lists versions with their authors.
func (s *Setting[B]) History(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if s.docs == nil {
		return problem.New(code.NotFound, "")
	}
	limit, err := rest.Limit(r.URL.Query().Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	var before int64
	if text := r.URL.Query().Get("before"); text != "" {
		if before, err = strconv.ParseInt(text, 10, 64); err != nil || before < 1 {
			return problem.Field("before", "want a version")
		}
	}
	docs, err := s.docs.History(r.Context(), who.Person.TenantID, s.kind(s.docs.Kinds()).Name(), before, limit)
	if err != nil {
		return err
	}
	list := settingList[B]{make([]settingView[B], len(docs))}
	for n := range docs {
		if list.Versions[n], err = s.view(&docs[n]); err != nil {
			return err
		}
	}
	return rest.Write(w, http.StatusOK, list)
}

// Put publishes a version on the one that its author has seen.
func (s *Setting[B]) Put(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if s.docs == nil {
		return problem.New(code.NotFound, "")
	}
	var in settingBody[json.RawMessage]
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	switch {
	case in.SeenVersion < 0 || in.SeenVersion > maxSeenVersion:
		return problem.Field("seen_version", "want the version that you have seen, 0 if there was none")
	case utf8.RuneCountInString(in.Note) > maxSettingNote:
		return problem.Field("note", fmt.Sprintf("too long: at most %d characters", maxSettingNote))
	}
	doc, err := s.docs.Publish(r.Context(), config.Publication{
		TenantID: who.Person.TenantID, Kind: s.kind(s.docs.Kinds()).Name(), Body: in.Settings,
		Seen: in.SeenVersion, Author: who.Person.ID, Note: wa.CleanText(in.Note),
	})
	if err != nil {
		return settingProblem(err)
	}
	shown, err := s.view(&doc)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, shown)
}

// view shows a document as this release reads it; one of a newer release it shows not
// at all, for half of it would be published again.
func (s *Setting[B]) view(d *config.Document) (settingView[B], error) {
	body, err := s.kind(s.docs.Kinds()).Parse(d.Body)
	if err != nil {
		return settingView[B]{}, problem.New(code.Unavailable, "the settings were published by a newer release")
	}
	return settingView[B]{
		Version: d.Version, Settings: body, EffectiveFrom: view.StoredTime(d.EffectiveFrom),
		By:   &view.Party{Kind: "agent", ID: string(d.Author), Name: d.AuthorName},
		Note: d.Note, CreatedAt: view.StoredTime(d.CreatedAt),
	}, nil
}

// settingProblem names what is wrong with a publication.
func settingProblem(err error) error {
	if wrong, ok := errors.AsType[*setting.FieldError](err); ok {
		return problem.Field(strings.TrimSuffix("settings."+wrong.Field, "."), wrong.Detail)
	}
	if conflict, ok := errors.AsType[*config.ConflictError](err); ok {
		newest := &conflict.Newest
		detail := "there is no version yet"
		if newest.Version > 0 {
			name := newest.AuthorName
			if name == "" {
				name = string(newest.Author)
			}
			detail = fmt.Sprintf("%s published version %d at %s", name, newest.Version, newest.CreatedAt.UTC().Format(time.RFC3339))
		}
		p := problem.New(code.Outdated, detail)
		p.Field = "seen_version"
		return p
	}
	return err
}
