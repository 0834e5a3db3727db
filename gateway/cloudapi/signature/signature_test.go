package signature

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"
)

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../testdata/signature_vectors.json")
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
	v, ok := New(header, secrets...)
	if !ok {
		return false
	}
	_, _ = v.Write(body) // never fails
	return v.Holds()
}
