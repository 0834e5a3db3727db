// Package sendbody is the request of Meta's messages endpoint (Meta, message API,
// 2026), both ways: what we send is written by Of, and what a program of the Cloud API
// sends to us is read by Content. Both know the same shapes, so that what such a program
// may send is what we can send on.
package sendbody
