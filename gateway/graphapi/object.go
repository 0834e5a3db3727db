package graphapi

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// numberObject is a number as Meta answers it.
type numberObject struct {
	ID       wa.PhoneNumberID `json:"id"`
	Display  string           `json:"display_phone_number"`
	Name     string           `json:"verified_name"`
	Platform string           `json:"platform_type"`
	Account  string           `json:"whatsapp_business_account_id,omitempty"`
}

// mediaObject is a file as Meta answers it.
type mediaObject struct {
	Product string `json:"messaging_product"`
	ID      string `json:"id"`
	URL     string `json:"url"`
	MIME    string `json:"mime_type"`
	SHA256  string `json:"sha256"`
	Size    int64  `json:"file_size"`
}

// getObject answers with a number or a file, whichever the id names.
func (e *Endpoint) getObject(w http.ResponseWriter, r *http.Request, who *staff.Session) error {
	id := r.PathValue("object")
	number, err := e.Recipients.Number(r.Context(), who.Person.Scope(), id)
	if err == nil {
		writeJSON(w, http.StatusOK, numberObject{
			ID: number.ID, Display: number.Display, Name: number.Name, Platform: "CLOUD_API", Account: string(number.AccountID),
		})
		return nil
	}
	r.SetPathValue("upload", id)
	file, err := e.Files.Find(r, *who)
	if notFound(err) {
		return unknownObject("no number and no file of this key has the id " + wa.Preview(id))
	}
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, mediaObject{
		Product: "whatsapp", ID: id, MIME: file.MIME, SHA256: hex.EncodeToString(file.SHA256), Size: file.Size,
		URL: origin(r) + "/graph/" + r.PathValue("version") + "/" + id + "/file",
	})
	return nil
}

// origin is the address by which the client reached us.
func origin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// postMedia takes a file, the part "file" of a form.
func (e *Endpoint) postMedia(w http.ResponseWriter, r *http.Request, who *staff.Session) error {
	if _, err := e.Recipients.Number(r.Context(), who.Person.Scope(), r.PathValue("object")); err != nil {
		return err
	}
	upload, err := e.Files.Take(w, r, &who.Person)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": string(upload.ID)})
	return nil
}

func (e *Endpoint) getFile(w http.ResponseWriter, r *http.Request, who *staff.Session) error {
	r.SetPathValue("upload", r.PathValue("object"))
	return e.Files.Get(w, r, *who)
}

func (e *Endpoint) deleteMedia(w http.ResponseWriter, r *http.Request, who *staff.Session) error {
	r.SetPathValue("upload", r.PathValue("object"))
	return e.Files.Delete(discard{w}, r, *who)
}

// discard lets a handler of ours answer without content where Meta answers success.
type discard struct{ http.ResponseWriter }

func (d discard) WriteHeader(int) {
	writeJSON(d.ResponseWriter, http.StatusOK, map[string]bool{"success": true})
}

// Unwrap has time-outs of the connection found.
func (d discard) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// templateObject is a template as Meta answers it.
type templateObject struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Language   string          `json:"language"`
	Status     string          `json:"status"`
	Category   string          `json:"category"`
	Components json.RawMessage `json:"components"`
	Quality    *quality        `json:"quality_score,omitempty"`
	Reason     string          `json:"rejected_reason,omitempty"`
}

type quality struct {
	Score string `json:"score"`
}

// templatePage is one page of a list, with Meta's cursors.
type templatePage struct {
	Data   []templateObject `json:"data"`
	Paging paging           `json:"paging"`
}

type paging struct {
	Cursors cursors `json:"cursors"`
	Next    string  `json:"next,omitempty"`
}

type cursors struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// getTemplates lists the templates of an account, by any number of it that the key sees.
func (e *Endpoint) getTemplates(w http.ResponseWriter, r *http.Request, who *staff.Session) error {
	scope, q := who.Person.Scope(), r.URL.Query()
	number, err := e.Inbox.NumberOfAccount(r.Context(), scope, wa.AccountID(r.PathValue("object")))
	if errors.Is(err, persistence.ErrNotFound) {
		return unknownObject("no account of this key has the id " + wa.Preview(r.PathValue("object")))
	}
	if err != nil {
		return err
	}
	list, err := e.Inbox.Templates(r.Context(), scope, number, inbox.TemplateQuery{
		Status: strings.ToUpper(wa.CleanText(q.Get("status"))), Search: wa.CleanText(q.Get("name")),
	})
	if err != nil {
		return err
	}
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 || limit > 1000 {
		limit = 25 // Meta's own
	}
	from := readCursor(q.Get("after"))
	page := templatePage{Data: []templateObject{}}
	end := min(from+limit, len(list.Templates))
	for i := min(from, end); i < end; i++ {
		t := &list.Templates[i]
		object := templateObject{ID: t.MetaID, Name: t.Name, Language: t.Language, Status: t.Status, Category: t.Category, Components: t.Components, Reason: t.Reason}
		if t.Quality != "" {
			object.Quality = &quality{t.Quality}
		}
		page.Data = append(page.Data, object)
	}
	page.Paging.Cursors = cursors{writeCursor(from), writeCursor(end)}
	if end < len(list.Templates) {
		next := r.URL.Query()
		next.Set("after", writeCursor(end))
		page.Paging.Next = origin(r) + r.URL.Path + "?" + next.Encode()
	}
	writeJSON(w, http.StatusOK, page)
	return nil
}

func writeCursor(n int) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(n))) }

// readCursor is 0 for what is no cursor of ours.
func readCursor(s string) int {
	raw, _ := base64.RawURLEncoding.DecodeString(s)
	n, _ := strconv.Atoi(string(raw))
	return max(n, 0)
}

func notFound(err error) bool {
	return errors.Is(err, persistence.ErrNotFound) || err != nil && problem.Of(err).Code == code.NotFound
}
