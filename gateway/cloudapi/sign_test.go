package cloudapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"testing"
)

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/signature_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Secret  string `json:"app_secret"`
		Vectors []struct {
			Name   string `json:"name"`
			Body   string `json:"raw_body_base64"`
			Header string `json:"x_hub_signature_256"`
			Must   *bool  `json:"must_verify"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, v := range file.Vectors {
		body, err := base64.StdEncoding.DecodeString(v.Body)
		if err != nil {
			t.Fatal(err)
		}
		want := v.Must == nil || *v.Must // our own choice: capital hex is the same number
		if got := verify(v.Header, body, file.Secret); got != want {
			t.Errorf("%s: %t", v.Name, got)
		}
		if want && v.Must != nil && Sign(file.Secret, body) != v.Header {
			t.Errorf("%s: signed %s", v.Name, Sign(file.Secret, body))
		}
	}
}

func TestVerifyWithTwoSecrets(t *testing.T) {
	t.Parallel()
	body := []byte(`{}`)
	header := Sign("old", body)
	tests := map[string]struct {
		header  string
		secrets []string
		want    bool
	}{
		"current":      {header, []string{"old"}, true},
		"previous":     {header, []string{"new", "old"}, true},
		"neither":      {header, []string{"new", ""}, false},
		"no secret":    {header, nil, false},
		"empty secret": {Sign("", body), []string{""}, false},
		"cut":          {header[:len(header)-2], []string{"old"}, false},
		"not hex":      {"sha256=zz", []string{"old"}, false},
		"empty":        {"", []string{"old"}, false},
		"prefix only":  {"sha256=", []string{"old"}, false},
		"other prefix": {"sha1=" + header[7:], []string{"old"}, false},
	}
	for name, test := range tests {
		if got := verify(test.header, body, test.secrets...); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// verify checks a whole body at once.
func verify(header string, body []byte, secrets ...string) bool {
	v, ok := NewVerification(header, secrets...)
	if !ok {
		return false
	}
	_, _ = v.Write(body) // never fails
	return v.Holds()
}

func TestOpaque(t *testing.T) {
	t.Parallel()
	o := Opaque{Contact: "c1", Message: "0192f3", Attempt: 2}
	if o.String() != "1:c1:0192f3:2" {
		t.Errorf("text %s", o)
	}
	if got, err := ParseOpaque(o.String()); err != nil || got != o {
		t.Errorf("parsed %+v, %v", got, err)
	}
	for _, s := range []string{"", "turn=9f3c;attempt=1", "2:c:m:1", "1:c:m", "1::m:1", "1:c::1", "1:c:m:x", "1:c:m:-1", "1:c:m:1:1"} {
		if _, err := ParseOpaque(s); !errors.Is(err, ErrNotOpaque) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
