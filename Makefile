# A thin alias for those whose fingers say make; ./jsb needs no make.
.PHONY: run test check bench setup
run test check bench setup:
	@./jsb $@
