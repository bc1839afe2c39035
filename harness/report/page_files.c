#include "report/page_files.h"

/* PAGE_FILE_BEGIN(name) bytes PAGE_FILE_END, for each. */
static const struct page_file page_files[] = {
#define PAGE_FILE_BEGIN(name)                                                                                \
    {                                                                                                        \
        name, (const unsigned char[])                                                                        \
        {
#define PAGE_FILE_END(length)                                                                                \
    }                                                                                                        \
    , length                                                                                                 \
    }                                                                                                        \
    ,
#include "page_files.inc"
#undef PAGE_FILE_BEGIN
#undef PAGE_FILE_END
};

const struct page_file *page_file_at(size_t index)
{
    return index < sizeof(page_files) / sizeof(page_files[0]) ? &page_files[index] : NULL;
}
