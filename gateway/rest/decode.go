package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// maxBody is the largest body of a request: a text of 4096 characters or a
// template with many components, with room to spare.
const maxBody = 128 << 10

// Decode reads a JSON body strictly into v: a field that is not known is an
// error, for a misspelt one would silently mean something else. An empty body
// is an empty object.
func Decode(w http.ResponseWriter, r *http.Request, v any) error {
	return DecodeUpTo(w, r, v, maxBody)
}

// DecodeUpTo is Decode of a body of at most so many bytes, for lists whose length is to
// be answered in words of the list and not of bytes. Error: as well *http.MaxBytesError.
func DecodeUpTo(w http.ResponseWriter, r *http.Request, v any, most int64) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		return err
	}
	return Parse(body, v)
}

func Parse(body []byte, v any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return decodeProblem(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return problem.New(code.BadRequest, "more than one JSON value")
	}
	return nil
}

// inWords names what a field takes, as a caller knows it.
func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint64:
		return "a whole number from 0"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}

func decodeProblem(err error) *problem.Problem {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return problem.Field(wrong.Field, "want "+inWords(wrong.Type)+", got "+wrong.Value)
	}
	// encoding/json has no type for this error.
	if field, ok := strings.CutPrefix(err.Error(), `json: unknown field "`); ok {
		return problem.Field(strings.TrimSuffix(field, `"`), "no such field")
	}
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		return p
	}
	return problem.New(code.BadRequest, "the body is not valid JSON")
}
