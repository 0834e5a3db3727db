package mail_test

import (
	"errors"
	netmail "net/mail"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway/mail"
	"github.com/prosa-chat/prosa/gateway/mail/mailtest"
)

func TestSend(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t)
	sender, err := mail.Open(s.URL, "Prosa <prosa@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), "d1", "ana@example.com", "Atenção: +55 11\r\nBcc: all@example.com", "Olá, é só um teste.\n.\nfim\n"); err != nil {
		t.Fatal(err)
	}
	took := s.Took()
	if len(took) != 1 || took[0].From != "prosa@example.com" || took[0].To != "ana@example.com" {
		t.Fatalf("took %+v", took)
	}
	m, err := netmail.ReadMessage(strings.NewReader(took[0].Text))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" || !strings.Contains(m.Header.Get("Message-Id"), "d1@") || m.Header.Get("Date") == "" {
		t.Errorf("header: %v", m.Header)
	}
	if err := sender.Send(t.Context(), "d2", "nobody@example.com", "x", "x"); !errors.Is(err, mail.ErrRefused) {
		t.Errorf("to a mailbox that is not there: %v", err)
	}
	if err := sender.Send(t.Context(), "d3", "busy@example.com", "x", "x"); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Errorf("to a server that is busy: %v", err)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	for server, want := range map[string]string{
		"": "PROSA_SMTP_URL", "mail.example.com:587": "PROSA_SMTP_URL", "http://mail.example.com": "PROSA_SMTP_URL", "smtp://:secret@": "PROSA_SMTP_URL",
	} {
		if _, err := mail.Open(server, "a@example.com"); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%q: %v", server, err)
		}
	}
	if _, err := mail.Open("smtp://mail.example.com", "nonsense"); err == nil || !strings.Contains(err.Error(), "PROSA_MAIL_FROM") {
		t.Errorf("a sender who is none: %v", err)
	}
}
