//go:build !comet40

package main

const is40 = false

func newer() {}
